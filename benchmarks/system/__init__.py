"""What the operating system is asked for; nothing here knows a tracker."""
