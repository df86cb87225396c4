"""What the engine has to know of a provider as a whole."""

from __future__ import annotations

from callsheet.plan.protocols import credential_table
from callsheet.runtime.addresses import Address
from callsheet.runtime.offers import Files, Signature, UploadStep, Webhook
from callsheet.runtime.tables import ErrorBody, Provider
from callsheet.spec.model import FilesSpec, ProviderSpec, SignatureSpec, UploadStepSpec, WebhookSpec


def provider_table(spec: ProviderSpec) -> Provider:
    """All that the engine has to know of a provider."""
    return Provider(
        id=spec.id,
        name=spec.name,
        hosts={host.name: host.url for host in spec.hosts},
        credential=credential_table(spec.credential),
        error_body=ErrorBody(spec.error_body.message, spec.error_body.code, spec.error_body.code_header),
        headers=dict(spec.headers),
        files=_files(spec.files) if spec.files is not None else None,
        webhook=_webhook(spec.webhook) if spec.webhook is not None else None,
    )


def _files(spec: FilesSpec) -> Files:
    return Files(
        data_uris=spec.data_uris,
        largest_data_uri=spec.largest_data_uri,
        upload=tuple(_step(step) for step in spec.upload),
        file_url=spec.file_url,
        largest_upload=spec.largest_upload,
    )


def _step(spec: UploadStepSpec) -> UploadStep:
    to = Address(spec.host, spec.path, dict(spec.query)) if spec.host is not None else spec.url or ""
    return UploadStep(to, spec.body, dict(spec.takes), spec.method, dict(spec.headers))


def _webhook(spec: WebhookSpec) -> Webhook:
    return Webhook(
        request_id=spec.request_id,
        succeeded=dict(spec.succeeded.criteria),
        option=spec.option,
        output=spec.output,
        message=spec.message,
        signature=_signature(spec.signature) if spec.signature is not None else None,
    )


def _signature(spec: SignatureSpec) -> Signature:
    return Signature(
        kind=spec.kind,
        header=spec.header,
        message=spec.message,
        headers=dict(spec.headers),
        encoding=spec.encoding,
        prefix=spec.prefix,
        keys=Address(spec.keys_host, spec.keys_path) if spec.keys_host is not None else None,
        keys_for=spec.keys_for,
        secret=spec.secret,
        secret_prefix=spec.secret_prefix,
        secret_encoding=spec.secret_encoding,
        tolerance=spec.tolerance,
    )
