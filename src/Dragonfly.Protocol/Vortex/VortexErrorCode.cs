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

    /// <summary>
    /// Our extension: the server takes requests over TLS only. Of the reserved ones (4 to 253), which the original's clients read as an error without a name; a child that speaks
    /// cleartext has negotiated nothing yet, and all it gets besides is the end of the connection.
    /// </summary>
    TlsRequired = 64,
}
