"""The starter corpus: turns and dialogues written for the project, from which the first classifier is trained."""
