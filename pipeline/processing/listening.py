"""Listening again (复听) for what a pack looks for: the sound decides where a transcript only comes near a phrase."""

from dataclasses import replace
from pathlib import Path

import structlog

from asr.listening import listen_again
from asr.transcriber import Transcriber
from models.errors import BadRecording
from models.listening import with_new
from models.transcript import Transcript
from scoring.listening import doubts
from scoring.pack import Pack

log = structlog.get_logger()


def listen(
    pack: Pack, transcript: Transcript, path: Path, transcriber: Transcriber, *, max_seconds: float
) -> Transcript:
    """The transcript with what the sound says to the pack's doubts; the same object where it says nothing new.

    A recording that is gone by now, or cannot be decoded any more, is no reason not to score what was heard in it.
    """
    asked = doubts(pack, transcript)
    if not asked:
        return transcript
    try:
        told = listen_again(path, transcript, asked, transcriber, max_seconds=max_seconds)
    except BadRecording as error:
        log.warning("not_listened_again", sha256=transcript.recording.sha256, doubts=len(asked), why=error.say("en"))
        return transcript
    return replace(transcript, listened=with_new(transcript.listened, told)) if told else transcript
