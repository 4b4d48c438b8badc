// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Protocol.Vortex;

/// <summary>Why a piece request failed; other values are reserved and read as <see cref="Unknown"/>.</summary>
public enum VortexErrorCode : byte
{
    /// <summary>No better code.</summary>
    Unknown = 0,

    /// <summary>The request is malformed.</summary>
    InvalidArgument = 1,

    /// <summary>The server does not have the piece.</summary>
    NotFound = 2,

    /// <summary>The server failed.</summary>
    Internal = 3,
}
