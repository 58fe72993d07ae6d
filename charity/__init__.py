"""同心圆 N+1: several netizens together help one registered household."""
