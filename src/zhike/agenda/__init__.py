"""Today's list: whom to look after, why, how and with what words."""
