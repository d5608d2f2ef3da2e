"""Training: courses, plans proposed from what goes wrong, sessions, exams, certificates, and the gates of stages."""
