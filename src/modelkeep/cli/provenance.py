"""Commands about who vouches for a version: sign, verify-signature, key, policy, bom, card."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from modelkeep.cli import output
from modelkeep.cli.context import Json, registry
from modelkeep.errors import InvalidInputError, SignatureError
from modelkeep.provenance import keys
from modelkeep.provenance.model_policy import ModelPolicy
from modelkeep.provenance.own_key import default_folder
from modelkeep.provenance.pinned import PinnedTrust
from modelkeep.provenance.policy import SigningPolicy

_Version = Annotated[str, typer.Argument(help="Id, model@number, model@latest, model@stage.")]
_Key = Annotated[Path, typer.Option("--key", help="File of the key, in PEM.")]
key_app = typer.Typer(
    name="key", help="Keys that sign, and those whose signatures count here.", no_args_is_help=True
)


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("sign")(sign)
    app.command("verify-signature")(verify_signature)
    app.command("policy")(policy)
    app.command("bom")(bom)
    app.command("card")(card)
    key_app.command("new")(new_key)
    key_app.command("pin")(pin)
    key_app.command("unpin")(unpin)
    key_app.command("list")(list_keys)
    key_app.command("forget")(forget)
    app.add_typer(key_app)


def sign(
    context: typer.Context,
    version: _Version,
    *,
    key: _Key,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help="Certificates to stand beside it, in PEM.")
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option("--export", help="Instead copy its files here, signed in OpenSSF's form."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Sign a version; the password of an encrypted key is asked of MODELKEEP_KEY_PASSWORD."""
    password = os.environ.get("MODELKEEP_KEY_PASSWORD")
    secret = None if password is None else password.encode()
    with registry(context) as services:
        if export is not None:
            made = services.versions.export_signed(version, export, _read(key), password=secret)
            output.print_json({"signature": made}) if as_json else output.say(f"signed: {made}")
            return
        key_id = services.versions.sign_version(
            version,
            _read(key),
            password=secret,
            certificate_chain=None if certificate is None else _read(certificate),
        )
    if as_json:
        output.print_json({"key_id": key_id})
        return
    output.say(f"signed by key {key_id}")


def verify_signature(
    context: typer.Context,
    version: _Version,
    *,
    key: Annotated[
        list[Path] | None, typer.Option("--key", help="A public key; else the pinned ones.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say who signed a version, of those whose keys are pinned or given; exit code 8 if nobody."""
    given = None if not key else [keys.load_public_key(_read(path)) for path in key]
    with registry(context) as services:
        found = services.versions.verify_signature(
            version, keys=None if given is None else {each.key_id: each for each in given}
        )
    signers = [signer for each in found for signer in each.signers]
    if as_json:
        output.print_json({"signers": signers, "statements": [each.statement for each in found]})
        return
    for each in found:
        for signer in each.signers:
            named = f" ({signer.subject})" if signer.subject else ""
            when = output.moment(each.statement.signed_at)
            output.say(f"signed by key {signer.key_id}{named} at {when}")


def policy(
    context: typer.Context,
    model: Annotated[str, typer.Argument(help="The model.")],
    *,
    on_finding: Annotated[
        str | None, typer.Option("--on-finding", help="warn or refuse: of files that ask for more.")
    ] = None,
    production_rank: Annotated[
        str | None,
        typer.Option("--production-rank", help="data, types_checked, allow_list, pickle or none."),
    ] = None,
    require_for: Annotated[
        list[str] | None, typer.Option("--signed-for", help="deploy or load; may be repeated.")
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option("--key-id", help="A key that counts; may be repeated.")
    ] = None,
    threshold: Annotated[int, typer.Option("--threshold", help="How many must sign.")] = 1,
    as_json: Json = False,
) -> None:
    """Show what a model asks of its versions; with options, set it."""
    with registry(context) as services:
        now = services.versions.get_policy(model)
        if any(value is not None for value in (on_finding, production_rank, require_for, key)):
            now = _changed(now, on_finding, production_rank, _signing(require_for, key, threshold))
            services.versions.set_policy(model, now)
    if as_json:
        output.print_json(now.to_plain())
        return
    rank = now.production_rank.name.lower() if now.production_rank else "any"
    asked = now.signing
    output.print_fields(
        {
            "files that ask for more": now.on_finding,
            "rank for production": rank,
            "signed for": ", ".join(sorted(asked.require_for)) if asked else "nothing",
            "by": f"{asked.threshold} of {', '.join(asked.keys)}" if asked else "",
        }
    )


def _signing(
    require_for: list[str] | None, key: list[str] | None, threshold: int
) -> SigningPolicy | None:
    if not require_for:
        return None
    plain = {"require_for": require_for, "keys": key or (), "threshold": threshold}
    return SigningPolicy.from_plain(plain)


def _changed(
    now: ModelPolicy,
    on_finding: str | None,
    production_rank: str | None,
    signing: SigningPolicy | None,
) -> ModelPolicy:
    plain = now.to_plain()
    if on_finding is not None:
        plain["on_finding"] = on_finding
    if production_rank is not None:
        plain["production_rank"] = None if production_rank == "none" else production_rank
    if signing is not None:
        plain["signing"] = signing.to_plain()
    return ModelPolicy.from_plain(plain)


def bom(
    context: typer.Context,
    version: _Version,
    *,
    out: Annotated[Path | None, typer.Option("--output", "-o", help="A file to write.")] = None,
) -> None:
    """Write the machine-learning bill of materials of a version: CycloneDX 1.6, JSON."""
    with registry(context) as services:
        _give(services.versions.get_bom(version), out)


def card(
    context: typer.Context,
    version: _Version,
    *,
    out: Annotated[Path | None, typer.Option("--output", "-o", help="A file to write.")] = None,
    replace: Annotated[
        Path | None, typer.Option("--set", help="Keep this file as the card instead.")
    ] = None,
) -> None:
    """Write the model card of a version: Markdown in the form of Hugging Face."""
    with registry(context) as services:
        if replace is not None:
            services.versions.set_card(version, _read(replace).decode())
        _give(services.versions.get_card(version), out)


def new_key(
    private: Annotated[Path, typer.Argument(help="Where the private key goes; must not exist.")],
    *,
    kind: Annotated[str, typer.Option("--kind", help="ed25519 or ecdsa-p256.")] = "ed25519",
) -> None:
    """Make a pair of keys: FILE, for you alone, and FILE.pub, for those who verify."""
    public = private.with_name(f"{private.name}.pub")
    for path in (private, public):
        if path.exists():
            raise InvalidInputError(f"{path} is there already; a key is never overwritten")
    secret, shown = keys.generate_key(kind)  # type: ignore[arg-type] # it says what is wrong
    handle = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secret)
    public.write_bytes(shown)
    output.say(f"key {keys.load_public_key(shown).key_id}: {private} and {public}")


def pin(key: Annotated[Path, typer.Argument(help="A public key, in PEM.")]) -> None:
    """Trust the signatures of a key from now on."""
    output.say(f"pinned key {_pinned().pin(_read(key))}")


def unpin(key_id: Annotated[str, typer.Argument(help="The id of a pinned key.")]) -> None:
    """Trust the signatures of a key no more."""
    if not _pinned().unpin(key_id):
        raise SignatureError(
            f"no key {key_id} is pinned; `modelkeep key list` shows those that are"
        )
    output.say(f"key {key_id} is not trusted any more")


def list_keys(*, as_json: Json = False) -> None:
    """Show the keys whose signatures count here."""
    found = _pinned().keys()
    if as_json:
        output.print_json([{"key_id": name, "kind": key.kind} for name, key in found.items()])
        return
    output.print_table(("key", "kind"), [(name, key.kind) for name, key in found.items()])


def forget(model: Annotated[str, typer.Argument(help="The model.")]) -> None:
    """Let an older version be the latest of a model again, after a newer one was removed."""
    _pinned().forget(model)
    output.say(f"what was seen of {model} is forgotten")


def _pinned() -> PinnedTrust:
    return PinnedTrust(default_folder(os.environ, Path.home()))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read ({error.strerror})") from error


def _give(text: str, out: Path | None) -> None:
    if out is None:
        typer.echo(text, nl=not text.endswith("\n"))
        return
    out.write_text(text, encoding="utf-8")
    output.say(f"written to {out}")
