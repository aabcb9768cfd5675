/* Syncs that take as long as they are told: preloaded, they stand for the C library's. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* In a file that the process has mapped, too: it sets the price, and reads the others. */
static struct account {
    _Atomic uint64_t price, syncs, late; /* nanoseconds; late is what was waited beyond the price */
} *account;

__attribute__((constructor)) static void map_account(void)
{
    const char *path = getenv("SLOW_SYNCS");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *mapped = MAP_FAILED;
    if (file >= 0) {
        mapped = mmap(NULL, sizeof *account, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        close(file);
    }
    account = mapped == MAP_FAILED ? NULL : mapped;
}

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * UINT64_C(1000000000) + time.tv_nsec;
}

/* The wait is busy: a sleep would end some 60 microseconds late, and this one does within one. */
static int sync_at_a_price(long call, int file)
{
    uint64_t start = now(), waited = 0;
    int result = syscall(call, file);
    if (result == 0 && account) {
        uint64_t price = account->price;
        while ((waited = now() - start) < price)
            ;
        account->syncs++;
        account->late += waited - price;
    }
    return result;
}

int fsync(int file) { return sync_at_a_price(SYS_fsync, file); }
int fdatasync(int file) { return sync_at_a_price(SYS_fdatasync, file); }
