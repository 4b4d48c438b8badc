// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Core.Digests;

/// <summary>How a digest is computed.</summary>
public enum DigestAlgorithm
{
    /// <summary>CRC-32 of IEEE 802.3; finds accidents, not attackers.</summary>
    Crc32,

    /// <summary>MD5; only to compare with what an origin publishes.</summary>
    Md5,

    /// <summary>SHA-1; only to compare with what an origin publishes.</summary>
    Sha1,

    /// <summary>SHA-256.</summary>
    Sha256,

    /// <summary>SHA-512.</summary>
    Sha512,
}
