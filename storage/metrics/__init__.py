"""Time series: wide rows, few tags, one small interface over several engines."""
