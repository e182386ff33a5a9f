"""Users, teams and roles; the frame of /settings/."""
