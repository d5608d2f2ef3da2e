"""A multipart form with one recording, its bytes written to disk as they arrive."""

from pathlib import Path
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.problems import BadRequest

FILE_FIELD = "file"
MOST_PARTS = 100
LONGEST_FIELD = 10_000
"""Bytes. Metadata is short; a form must not fill the memory."""


class RecordingForm:
    """`name` and `size` are those of the part named `file`; `fields` are the other parts' texts."""

    def __init__(self, content_type: str, path: Path) -> None:
        """Write the recording to `path`.

        Raises:
            BadRequest: that content type is not a form's.
        """
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise BadRequest("api.no_form")
        self.path = path
        self.name = ""
        self.size = 0
        self.fields: dict[str, str] = {}
        self._file: BinaryIO | None = None
        self._part = ""
        self._parts = 0
        self._text = b""
        self._header: tuple[bytes, bytes] = (b"", b"")
        self._ended = False
        self._parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._add_to_header_field,
                "on_header_value": self._add_to_header_value,
                "on_header_end": self._end_header,
                "on_part_data": self._add_data,
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
        )

    def write(self, chunk: bytes) -> None:
        """Take the next bytes.

        Raises:
            BadRequest: not a form, or not one with one recording.
        """
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise BadRequest("api.no_form") from error

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def check(self) -> None:
        """All bytes were written.

        Raises:
            BadRequest: the form is cut short, or has no recording, or an empty one.
        """
        if not self._ended:
            raise BadRequest("api.no_form")
        if not self.name:
            raise BadRequest("api.one_file")
        if not self.size:
            raise BadRequest("api.empty_upload", file=self.name)

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise BadRequest("api.no_form")
        self._part, self._text, self._header = "", b"", (b"", b"")

    def _add_to_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0] + data[start:end], self._header[1])

    def _add_to_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0], self._header[1] + data[start:end])

    def _end_header(self) -> None:
        (field, value), self._header = self._header, (b"", b"")
        if field.lower() != b"content-disposition":
            return
        _, options = parse_options_header(value)
        self._part = options.get(b"name", b"").decode(errors="replace")
        if self._part == FILE_FIELD:
            self._open(options.get(b"filename", b"").decode(errors="replace"))

    def _open(self, name: str) -> None:
        if self._file is not None or not name:
            raise BadRequest("api.one_file")
        self.name = name.replace("\\", "/").rsplit("/", 1)[-1]
        self._file = self.path.open("xb")

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        if self._part == FILE_FIELD and self._file is not None:
            self.size += end - start
            self._file.write(memoryview(data)[start:end])
            return
        self._text += data[start:end]
        if len(self._text) > LONGEST_FIELD:
            raise BadRequest("api.long_field", field=self._part, most=LONGEST_FIELD)

    def _end_part(self) -> None:
        if self._part != FILE_FIELD:
            self.fields[self._part] = self._text.decode(errors="replace").strip()

    def _end(self) -> None:
        self._ended = True
