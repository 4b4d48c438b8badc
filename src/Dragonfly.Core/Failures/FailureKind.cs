// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Core.Failures;

/// <summary>What went wrong, in words that every boundary can translate (gRPC status, HTTP status, exit code).</summary>
public enum FailureKind
{
    /// <summary>The thing asked for does not exist.</summary>
    NotFound,

    /// <summary>The thing to be made exists already.</summary>
    AlreadyExists,

    /// <summary>The request cannot be understood or breaks a rule; asking again the same way will fail again.</summary>
    Invalid,

    /// <summary>The caller may not do this.</summary>
    Denied,

    /// <summary>The other side cannot be reached or refuses for now; asking again later may succeed.</summary>
    Unavailable,

    /// <summary>No answer, or no progress, within the limit.</summary>
    TimedOut,

    /// <summary>The caller gave up.</summary>
    Cancelled,

    /// <summary>Bytes do not have the digest, length or generation that they should have.</summary>
    Corrupt,

    /// <summary>The disk has no room.</summary>
    NoSpace,

    /// <summary>A limit on rate or number was reached.</summary>
    Limited,

    /// <summary>The other side understood and said no.</summary>
    Rejected,
}
