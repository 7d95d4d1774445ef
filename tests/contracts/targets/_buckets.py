"""What the files of object stores share: a target in a bucket of a real server, and what a plain client sees there."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from archiver.config.tables import Table
from archiver.config.targets import SecretPlace, TargetSettings
from archiver.deposits.contract import Target
from archiver.deposits.s3.settings import S3Settings, read_settings
from archiver.deposits.s3.target import S3Target
from archiver.deposits.surroundings import PackageStore, Surroundings
from archiver.model.deposits import EvidenceLevel, Packaging, Parcel
from archiver.steps.deposits.folders import LocalFolders

SMALL_PARTS = 8192
"""Bytes; fewer than the settings allow, so that small packages have many parts where the server takes those."""

ONE_PART = 1 << 20
"""Bytes; more than the small packages of tests have: of an upload in parts, the last alone may be small."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """One object store."""

    port: int
    bucket: str
    keys: tuple[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self) -> Any:  # noqa: ANN401 - boto3 has no types
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=self.keys[0],
            aws_secret_access_key=self.keys[1],
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )


def settings(server: Server, prefix: str, port: int | None = None, parallel: int = 2, **own: object) -> TargetSettings:
    """Return a target's settings, as ``archiver.toml`` would give them."""
    values: dict[str, Any] = {
        "bucket": server.bucket,
        "prefix": prefix,
        "endpoint_url": f"http://127.0.0.1:{port or server.port}",
        "access_key_id": server.keys[0],
        **own,
    }
    return TargetSettings(
        name="bucket",
        kind="s3",
        own=Table(name="targets.bucket", values=values, file="archiver.toml"),
        secrets={"secret_access_key": SecretPlace(kind="stdin")},
        timeout=5,
        parallel=parallel,
    )


def surroundings(server: Server) -> Surroundings:
    """Return what the program would give a target."""
    return Surroundings(
        secret=lambda name: {"secret_access_key": server.keys[1]}[name],
        now=lambda: datetime.now(UTC),
        environment={},
        folders=LocalFolders(),
        store=_no_store,
    )


def _no_store(settings: TargetSettings) -> PackageStore:
    raise NotImplementedError(settings.name)


@dataclass(frozen=True, kw_only=True)
class BucketBench:
    """A target in a folder of its own in a bucket."""

    server: Server
    packaging: Packaging = Packaging.TAR
    min_evidence: EvidenceLevel = EvidenceLevel.SERVER_SHA256
    in_parts: int | None = None
    """Bytes of a part, whatever the settings allow; None: small packages are sent whole."""

    own: Mapping[str, object] = field(default_factory=dict)
    parallel: int = 2
    changes: Callable[[str], None] | None = None
    """Turns a byte of an object over, behind the server's back; None: it is overwritten."""

    prefix: str = field(default_factory=lambda: f"tests/{uuid.uuid4()}")

    @property
    def port(self) -> int | None:
        return self.server.port

    def make(self, port: int | None = None) -> Target:
        told = settings(self.server, self.prefix, port, self.parallel, packaging=self.packaging.value, **self.own)
        read: S3Settings = read_settings(told)
        if self.in_parts is not None:
            read = replace(read, part_size=self.in_parts, whole_up_to=0)
        return S3Target(told, read, surroundings(self.server))

    def held(self, parcel: Parcel) -> Mapping[str, bytes] | None:
        client = self.server.client()
        found = {}
        for file in parcel.files:
            try:
                reply = client.get_object(Bucket=self.server.bucket, Key=f"{self.prefix}/{file.path}")
            except ClientError:
                return None
            found[file.path] = reply["Body"].read()
        return found

    def count(self, parcel: Parcel) -> int:
        """Count what has the parcel's name: the whole, each further object, and each upload that is of no use.

        Of use is one upload of each object that is not there yet.
        """
        client = self.server.client()
        listed = client.list_objects_v2(Bucket=self.server.bucket, Prefix=f"{self.prefix}/{parcel.name}")
        objects = {one["Key"] for one in listed.get("Contents", [])}
        uploads = client.list_multipart_uploads(Bucket=self.server.bucket, Prefix=f"{self.prefix}/")
        own = {f"{self.prefix}/{file.path}" for file in parcel.files}
        begun = [one["Key"] for one in uploads.get("Uploads", [])]
        begun = [key for key in begun if key.startswith(f"{self.prefix}/{parcel.name}")]
        of_use = set(begun) - objects
        return (1 if objects & own or of_use else 0) + len(objects - own) + len(begun) - len(of_use)

    def tamper(self, parcel: Parcel) -> bool:
        file = max(parcel.files, key=lambda one: one.size)
        key = f"{self.prefix}/{file.path}"
        if self.changes is not None:
            self.changes(key)
            return True
        client = self.server.client()
        reply = client.get_object(Bucket=self.server.bucket, Key=key)
        content = bytearray(reply["Body"].read())
        content[len(content) // 2] ^= 1
        client.put_object(Bucket=self.server.bucket, Key=key, Body=bytes(content), Metadata=reply["Metadata"])
        return True


def changing_files(folder: Path) -> Callable[[str], None]:
    """Return how an object is changed that lies as a file in a folder."""

    def change(key: str) -> None:
        file = folder / key
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(bytes(content))
        # A server may remember digests of a file by its time.
        later = time.time() + 60
        os.utime(file, (later, later))

    return change
