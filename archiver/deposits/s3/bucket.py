"""One bucket: makes requests through boto3, keeps what a receipt needs, and says truly how each ended.

Never repeats a request, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)
from botocore.parsers import ResponseParserError

from archiver.deposits.contract import LostReplyError, RefusedError, RetryableError
from archiver.deposits.http import failures
from archiver.deposits.http.replies import status_line
from archiver.deposits.s3.faults import judge, said
from archiver.deposits.s3.wire import Wire, kept_headers
from archiver.errors import ConfigurationError
from archiver.model import Finding, Severity
from archiver.model.deposits import Exchange
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.config.targets import TargetSettings
    from archiver.deposits.contract import Attempt
    from archiver.deposits.s3.settings import S3Settings
    from archiver.deposits.surroundings import Surroundings

_MISSING_CREDENTIALS = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError)


class Bucket:
    """Requests to one bucket. May be used from many threads."""

    def __init__(self, settings: TargetSettings, own: S3Settings, surroundings: Surroundings) -> None:
        """Make no request.

        Raises:
            ConfigurationError: the secret, the profile or ``ca_file`` cannot be used.
        """
        self.name = own.bucket
        self._settings = settings
        self._now = surroundings.now
        self._wire = Wire(settings, surroundings)
        secret = surroundings.secret("secret_access_key") if own.access_key_id else None
        self._secrets = tuple(filter(None, (secret,)))
        self._client = _client(settings, own, secret)
        self._client.meta.events.register_first("before-send.s3", self._wire.send)
        self.endpoint = str(self._client.meta.endpoint_url).rstrip("/")

    def ask(
        self,
        attempt: Attempt | None,
        operation: str,
        *,
        accept: Collection[str] = (),
        intent: str | None = None,
        **words: object,
    ) -> dict[str, Any] | None:
        """Make one request of this bucket.

        Args:
            attempt: that the exchange is kept with; None: it is not kept.
            operation: as boto3 calls it: ``head_object``.
            accept: codes of errors that are an answer: None is returned.
            intent: what it changes at the store, for the journal; None: nothing.
            words: of the operation, beside ``Bucket``.

        Raises:
            RefusedError: the store said no.
            RetryableError: nothing came of it, or repeating it does no harm.
            LostReplyError: it may have been done.
        """
        intended: AbstractContextManager[None] = nullcontext()
        if intent is not None and attempt is not None:
            intended = attempt.intend(intent, object=f"{self.name}/{words.get('Key', '')}")
        self._wire.forget()
        with intended:
            try:
                reply: dict[str, Any] = getattr(self._client, operation)(Bucket=self.name, **words)
            except ClientError as error:
                heard = said(error.response)
                self._keep(attempt, f"{status_line(heard.status)} ({heard.words})", dict(heard.headers))
                if heard.code in accept:
                    return None
                raise judge(self._wire.question, heard, self._now()) from error
            except (RefusedError, RetryableError, LostReplyError) as error:
                self._keep(attempt, str(error), {})
                raise
            except (BotoCoreError, ResponseParserError, ValueError) as error:
                raise self._failure(error) from error
        about = reply.get("ResponseMetadata", {})
        self._keep(attempt, status_line(int(about.get("HTTPStatusCode", 0))), about.get("HTTPHeaders", {}))
        return reply

    def keep(self, attempt: Attempt, request: str, reply: str) -> None:
        """Keep words for many requests of one kind."""
        attempt.keep(Exchange(time=attempt.now(), request=self._clean(request), reply=self._clean(reply)))

    def address(self, key: str) -> str:
        """Return where an object is to be found."""
        return f"s3://{self.name}/{key}"

    def close(self) -> None:
        """Let connections go."""
        self._wire.close()
        self._client.close()

    def _keep(self, attempt: Attempt | None, reply: str, headers: dict[str, str]) -> None:
        if attempt is None:
            return
        kept = {name: printable(self._clean(value)) for name, value in kept_headers(headers).items()}
        words = self._clean(self._wire.question.whole)
        attempt.keep(Exchange(time=attempt.now(), request=words, reply=self._clean(reply), headers=kept))

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def _failure(self, error: Exception) -> Exception:
        name = self._settings.own.name
        if isinstance(error, _MISSING_CREDENTIALS):
            return RefusedError(
                Finding(
                    severity=Severity.ERROR,
                    code="deposit-not-authorised",
                    file=None,
                    message=f"There are no credentials for the object store: {printable(str(error))[:200]}.",
                    fix=f"Write {name}.access_key_id and {name}.secret_access_key_from, or {name}.profile.",
                )
            )
        if isinstance(error, ResponseParserError | ValueError):
            return failures.unusable_reply(self._wire.question, "sent a reply that cannot be read")
        return RefusedError(
            Finding(
                severity=Severity.ERROR,
                code="deposit-refused",
                file=None,
                message=f"This cannot be asked of the object store: {printable(self._clean(str(error)))[:300]}.",
                fix=f"Correct [{name}].",
            )
        )


def _client(settings: TargetSettings, own: S3Settings, secret: str | None) -> Any:  # noqa: ANN401 - boto3 has no types
    table = settings.own
    config = Config(
        signature_version="s3v4",
        retries={"total_max_attempts": 1, "mode": "standard"},  # whoever runs the deposit tries again
        # Digests are given with each request; other servers do not know those that boto3 would add (boto3#4392).
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": own.addressing},
        user_agent_extra="archiver",
    )
    try:
        session = boto3.Session(
            aws_access_key_id=own.access_key_id,
            aws_secret_access_key=secret,
            region_name=own.region,
            profile_name=own.profile,
        )
        region = own.region or session.region_name or ("us-east-1" if own.endpoint_url else None)
        return session.client("s3", endpoint_url=own.endpoint_url, region_name=region, config=config)
    except ProfileNotFound as error:
        raise table.fault("profile", f"= {own.profile!r}: there is no such section in ~/.aws") from error
    except NoRegionError as error:
        raise table.fault("region", "is missing: the bucket's region, such as eu-central-1") from error
    except (BotoCoreError, ValueError) as error:
        raise ConfigurationError(f"{table.file}: [{table.name}] cannot be used: {printable(str(error))}") from error
