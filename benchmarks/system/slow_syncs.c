/* Counts the syncs of a process, and lets each take as long as it is told.

   It is loaded before the C library, whose functions of these names it stands for. A sync that is
   done sooner sleeps for the rest, so that other threads go on as they do while a disk works. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000L

static atomic_long price; /* of a sync, in nanoseconds */
static atomic_long syncs;

void set_sync_price(long nanoseconds) { price = nanoseconds; }

long count_syncs(void) { return syncs; }

static long slow(long call, long a, long b, long c, long d)
{
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    long result = syscall(call, a, b, c, d);
    int error = errno;
    syncs++;
    if (price) {
        prctl(PR_SET_TIMERSLACK, 1L); /* the kernel would end a sleep 50 microseconds late */
        end.tv_sec += (end.tv_nsec + price) / SECOND;
        end.tv_nsec = (end.tv_nsec + price) % SECOND;
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) == EINTR)
            ;
    }
    errno = error;
    return result;
}

int fsync(int file) { return slow(SYS_fsync, file, 0, 0, 0); }

int fdatasync(int file) { return slow(SYS_fdatasync, file, 0, 0, 0); }

int syncfs(int file) { return slow(SYS_syncfs, file, 0, 0, 0); }

void sync(void) { slow(SYS_sync, 0, 0, 0, 0); }

int sync_file_range(int file, off64_t offset, off64_t length, unsigned int flags)
{
    return slow(SYS_sync_file_range, file, offset, length, flags);
}

int msync(void *start, size_t length, int flags)
{
    if (flags & MS_SYNC)
        return slow(SYS_msync, (long)start, length, flags, 0);
    return syscall(SYS_msync, start, length, flags);
}
