"""An editor: pygls' client talks to a language server on standard input and output.

    python lsp_client.py PROCEDURE DESK COMMAND…

Opens the procedure, breaks it behind Chinese text, mends it, asks for completion,
hover and definition; opens the files of the folder DESK (register, bench, scope,
specification …), breaks each and asks for its keys; and says goodbye. Exits 0 when
every answer is the right one.
"""

import asyncio
import sys
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient


def place(text: str, part: str, offset: int = 0) -> types.Position:
    """Line and UTF-16 column of a part of the text."""
    at = text.index(part) + offset
    line = text.count("\n", 0, at)
    start = text.rfind("\n", 0, at) + 1
    return types.Position(line, len(text[start:at].encode("utf-16-le")) // 2)


def change_to(client: LanguageClient, uri: str, version: int, text: str) -> None:
    """Replaces the whole text of a file that is open."""
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version=version, uri=uri),
            [types.TextDocumentContentChangeWholeDocument(text)],
        )
    )


async def main() -> None:
    file = Path(sys.argv[1])
    text = file.read_text(encoding="utf-8")
    client = LanguageClient("etalon-peer", "1")
    published: asyncio.Queue = asyncio.Queue()

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def _(params: types.PublishDiagnosticsParams) -> None:
        published.put_nowait(params.diagnostics)

    async def diagnostics():
        return await asyncio.wait_for(published.get(), 20)

    await client.start_io(*sys.argv[3:])
    answer = await client.initialize_async(
        types.InitializeParams(capabilities=types.ClientCapabilities())
    )
    assert answer.capabilities.hover_provider, answer
    client.initialized(types.InitializedParams())
    uri = file.resolve().as_uri()
    document = types.TextDocumentItem(uri=uri, language_id="toml", version=1, text=text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(document))
    assert not await diagnostics(), "the shipped procedure has no finding"

    def change(version: int, new: str) -> None:
        change_to(client, uri, version, new)

    # A wrong key behind Chinese characters, one of them outside the Basic
    # Multilingual Plane: columns are UTF-16.
    title = next(line for line in text.splitlines() if line.startswith("title"))
    english, chinese = title.split('zh = "')
    odd = f'{english}zh = "𠀀{chinese}'.replace(" }", ", zzqqzz = 1 }")
    broken = text.replace(title, odd, 1)
    change(2, broken)
    (found,) = await diagnostics()
    assert found.code == "E0103" and found.source == "etalon", found
    assert found.range.start == place(broken, "zzqqzz"), found.range
    assert found.range.end == place(broken, "zzqqzz", len("zzqqzz")), found.range
    change(3, text)
    assert not await diagnostics()

    this = types.TextDocumentIdentifier(uri)
    limit = place(text, '"mpe.limit', 6)
    hover = await client.text_document_hover_async(types.HoverParams(this, limit))
    assert "`%`" in hover.contents.value, hover
    made = await client.text_document_definition_async(types.DefinitionParams(this, limit))
    line = text.splitlines()[made.range.start.line]
    assert line.lstrip().startswith("columns") and '"limit"' in line, line

    begun = text.replace('judge', 'judge = "\njudge', 1)
    change(4, begun)
    assert await diagnostics(), "an open string is a finding"
    words = await client.text_document_completion_async(
        types.CompletionParams(this, place(begun, 'judge = "\n', len('judge = "')))
    )
    words = words if isinstance(words, list) else words.items
    assert [word.label for word in words] == ["rounded", "raw"], words

    # The other files of a laboratory: sound, then with a strange key behind the first
    # one below the header, then asked which keys are known there.
    wanted = {
        "register": "location", "bench": "name", "scope": "cmc", "specification": "combine",
        "instrument": "title", "item": "maker", "laboratory": "country", "people": "duties",
    }
    for kind, key in wanted.items():
        file = Path(sys.argv[2]) / f"{kind}-clean.toml"
        uri, text = file.resolve().as_uri(), file.read_text(encoding="utf-8")
        document = types.TextDocumentItem(uri=uri, language_id="toml", version=1, text=text)
        client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        assert not await diagnostics(), kind
        lines = text.split("\n")
        header = next(n for n, line in enumerate(lines) if line.startswith("["))
        lines[header + 1 : header + 1] = ["zzqqzz = 1"]
        change(2, "\n".join(lines))
        found = await diagnostics()
        assert [(one.range.start.line, one.severity) for one in found] == [
            (header + 1, types.DiagnosticSeverity.Error)
        ], (kind, found)
        # The line of the key is taken away: it is offered, and the strange one is not.
        lines = [line for line in lines if not line.startswith((key, "zzqqzz"))]
        lines.insert(header + 1, "")
        change(3, "\n".join(lines))
        await diagnostics()
        keys = await client.text_document_completion_async(
            types.CompletionParams(
                types.TextDocumentIdentifier(uri), types.Position(header + 1, 0)
            )
        )
        keys = keys if isinstance(keys, list) else keys.items
        assert key in [one.label for one in keys], (kind, keys)

    # Hover in them: the meaning of a key, a quantity in SI units, the column of a cell.
    told = {
        "register": [("performed ", 2, "漂移由此日起算"), ("0.006 %", 2, "0.00006"), ('["60",', 2, "**I**")],
        "bench": [("resource", 2, "地址")],
        "specification": [("combine", 2, "方和根"), ('"11"', 2, "**of_value**")],
        "scope": [("cmc", 1, "校准测量能力")],
        "item": [("received", 2, "接收日期")],
    }
    for kind, places in told.items():
        file = Path(sys.argv[2]) / f"{kind}-clean.toml"
        uri, text = file.resolve().as_uri(), file.read_text(encoding="utf-8")
        change_to(client, uri, 4, text)
        await diagnostics()
        for part, offset, words in places:
            hover = await client.text_document_hover_async(
                types.HoverParams(types.TextDocumentIdentifier(uri), place(text, part, offset))
            )
            assert hover and words in hover.contents.value, (kind, part, hover)

    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    print("the editor is content")


asyncio.run(main())
