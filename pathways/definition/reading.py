"""From text to a sound model: reads pathway and network files, and refuses them with every fault at once.

The order is fixed: the file, its YAML, its structure, then its soundness as far as the structure lets it be judged.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pathways.definition.checks import check_network, check_network_alone, check_pathway
from pathways.definition.checks_of_versions import check_versions
from pathways.definition.documents import Document, document_of, short
from pathways.definition.faults import Code, DefinitionError, Fault, Finding
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.soundness import Prover, check_texts_together, prove
from pathways.definition.stories import told
from pathways.definition.structure import Model, fit

_LARGEST_BYTES = 1_000_000
_KINDS = ("pathway", "network")


def read_pathway(path: Path) -> Pathway:
    """The sound pathway in a file. Raises DefinitionError with every fault that the file has."""
    return pathway_of(_text_in(path), str(path))


def read_network(path: Path, pathways: Mapping[str, Pathway] | None = None) -> Network:
    """The sound network in a file, judged against these pathways (by name) if they are given.

    Raises DefinitionError with every fault that the file has.
    """
    return network_of(_text_in(path), str(path), pathways)


def read_definition(path: Path, pathways: Mapping[str, Pathway] | None = None) -> Pathway | Network:
    """The pathway or network in a file, told apart by its first key. Raises DefinitionError with every fault."""
    return definition_of(_text_in(path), str(path), pathways)


def pathway_of(text: str, name: str) -> Pathway:
    """The sound pathway in a text; `name` is what its faults call the text. Raises DefinitionError."""
    return _pathway_in(_document(text, name, ("pathway",)))


def network_of(text: str, name: str, pathways: Mapping[str, Pathway] | None = None) -> Network:
    """The sound network in a text, judged against these pathways if they are given. Raises DefinitionError."""
    return _network_in(_document(text, name, ("network",)), pathways)


def definition_of(text: str, name: str, pathways: Mapping[str, Pathway] | None = None) -> Pathway | Network:
    """The pathway or network in a text, told apart by its first key. Raises DefinitionError."""
    document = _document(text, name, _KINDS)
    return _pathway_in(document) if _kind_of(document) == "pathway" else _network_in(document, pathways)


def read_definitions(
    paths: Iterable[Path], known: Iterable[Pathway] = (), prover: Prover | None = None
) -> tuple[tuple[Pathway, ...], tuple[Network, ...]]:
    """Every pathway and network in these files, in their order, the networks judged against the pathways.

    `known` are pathways published before. Of several versions of a pathway, networks are judged against the last.
    With a `prover` also against all that are not over on the day from which on it proves, and what it finds of sound
    networks is a fault too. It proves these versions, and all that are given which the network still can carry out.
    Raises one DefinitionError with the faults of all files; then networks are judged without any pathway.
    """
    documents: list[Document] = []
    faults: list[Fault] = []
    for path in paths:
        with _collecting(faults):
            documents.append(_document(_text_in(path), str(path), _KINDS))
    pathways: list[Pathway] = []
    for document in documents:
        if _kind_of(document) == "pathway":
            with _collecting(faults):
                pathways.append(_pathway_in(document))
    known = tuple(known)
    faults += _faults_of_versions(documents, pathways, known)
    judges = None if faults else sorted((*known, *pathways), key=lambda each: each.in_force_from)
    networks: list[Network] = []
    for document in documents:
        if _kind_of(document) == "network":
            with _collecting(faults):
                networks.append(_network_beside(document, judges, pathways, prover))
    if faults:
        raise DefinitionError(tuple(faults))
    return tuple(pathways), tuple(networks)


def _faults_of_versions(
    documents: Iterable[Document], given: Sequence[Pathway], known: Sequence[Pathway]
) -> Iterator[Fault]:
    """What is wrong with how the given pathways follow on each other, and on those published before."""
    at = {(each.pathway, each.version): each for each in given}
    for document in documents:
        value = document.value if isinstance(document.value, dict) else {}
        pathway = at.get((str(value.get("pathway")), str(value.get("in_force_from"))))
        if pathway is not None:
            yield from (_placed(finding, document) for finding in check_versions(pathway, given, known))


@contextmanager
def _collecting(faults: list[Fault]) -> Iterator[None]:
    """Keep the faults of a refused definition, and go on with the next."""
    try:
        yield
    except DefinitionError as error:
        faults.extend(error.faults)


def _pathway_in(document: Document) -> Pathway:
    return _sound(document, Pathway, lambda pathway: [told(each, pathway) for each in check_pathway(pathway)])


def _network_in(document: Document, pathways: Mapping[str, Pathway] | None) -> Network:
    if pathways is None:
        return _sound(document, Network, check_network_alone)
    return _sound(document, Network, lambda network: check_network(network, pathways))


def _network_beside(
    document: Document, versions: Sequence[Pathway] | None, given: Sequence[Pathway], prover: Prover | None
) -> Network:
    """The network in a document, judged against the last versions of these (in order), and how they follow on.

    It is proved when there is nothing else to tell.
    """
    if versions is None:
        return _sound(document, Network, check_network_alone)
    if prover is None:
        last = {each.pathway: each for each in versions}
        return _sound(document, Network, lambda network: check_network(network, last, versions))

    def check(network: Network) -> Iterable[Finding]:
        found = check_texts_together(network, versions, prover.begin)
        return [replace(each, example=each.example or prover.example(each, network)) for each in found]

    network = _sound(document, Network, check)
    if faults := [_placed(finding, document) for finding in prove(network, versions, given, prover)]:
        raise DefinitionError(tuple(sorted(faults, key=lambda fault: (fault.line, fault.column))))
    return network


def _sound(document: Document, kind: type[Model], check: Callable[[Model], Iterable[Finding]]) -> Model:
    fitted = fit(document, kind)
    findings = list(fitted.findings)
    if fitted.model is not None:
        findings += [each for each in check(fitted.model) if fitted.stood_in.isdisjoint(each.compares)]
    faults = [*document.faults, *(_placed(finding, document) for finding in findings)]
    if faults or fitted.model is None:
        raise DefinitionError(tuple(sorted(faults, key=lambda fault: (fault.line, fault.column))))
    return fitted.model


def _placed(finding: Finding, document: Document) -> Fault:
    spot = document.spot(finding.path, finding.at_key)
    return Fault(
        code=finding.code,
        file=document.name,
        line=spot.line,
        column=spot.column,
        words=short(finding.words),
        sentence=finding.sentence,
        mend=finding.mend,
        example=finding.example,
    )


def _document(text: str, name: str, kinds: tuple[str, ...]) -> Document:
    if len(text.encode("utf-8", "replace")) > _LARGEST_BYTES:
        raise _too_large(name)
    document = document_of(text, name)
    first = _kind_of(document)
    if first in kinds:
        return document
    expected = " or ".join(f"`{kind}:`" for kind in kinds)
    sentence, mend = f"This does not begin with {expected}.", f"Begin with {expected} and a name."
    finding = Finding(Code.UNKNOWN_KIND, (first,) if first else (), first, sentence, mend, at_key=True)
    raise DefinitionError((*document.faults, _placed(finding, document)))


def _kind_of(document: Document) -> str:
    """The first key of a document, which tells what it defines; empty if it has no keys."""
    return next(iter(document.value), "") if isinstance(document.value, dict) else ""


def _text_in(path: Path) -> str:
    name = str(path)
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
        if len(content) > _LARGEST_BYTES:
            raise _too_large(name)
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refused(name, Code.NOT_UTF_8, "This line is not UTF-8.", "Save the file as UTF-8.", line) from None
    except OSError as error:
        sentence = f"The file cannot be read ({error.strerror})."
        raise _refused(name, Code.MISSING_FILE, sentence, "Check its name, and that you may read it.") from None


def _too_large(name: str) -> DefinitionError:
    mend = "Leave out what is no definition, or split it into several files."
    return _refused(name, Code.TOO_LARGE, "This is larger than 1 MB.", mend)


def _refused(name: str, code: Code, sentence: str, mend: str, line: int = 0) -> DefinitionError:
    fault = Fault(code=code, file=name, line=line, column=min(line, 1), words="", sentence=sentence, mend=mend)
    return DefinitionError((fault,))
