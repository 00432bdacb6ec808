"""When each device is looked at next: the timetable, the spread over the interval, the ladder while it is down."""
