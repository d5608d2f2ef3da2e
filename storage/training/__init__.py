"""Courses, plans, sessions, exams, sittings and certificates as stored. No function here commits."""
