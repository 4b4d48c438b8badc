// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Output;

/// <summary>What a tool's exit status says. 0, 1 and 2 are the original's; the others are finer words for its 1.</summary>
internal enum ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    Ok = 0,

    /// <summary>A failure that none of the others names.</summary>
    Failed = 1,

    /// <summary>The command line cannot be understood.</summary>
    Usage = 2,

    /// <summary>The origin, or the daemon, has no such thing (404, 410, NOT_FOUND).</summary>
    NotFound = 3,

    /// <summary>The origin or the daemon refuses (401, 403, PERMISSION_DENIED, UNAUTHENTICATED).</summary>
    Forbidden = 4,

    /// <summary>No room on the daemon's disk or on the output's.</summary>
    NoSpace = 5,

    /// <summary>The bytes do not have the digest that was asked for.</summary>
    Digest = 6,

    /// <summary>No daemon at the socket, or one that does not answer.</summary>
    Unreachable = 7,

    /// <summary>The time given with <c>--timeout</c> was up.</summary>
    Timeout = 8,

    /// <summary>Ended by Ctrl-C or SIGTERM (128 + 2, whatever the signal).</summary>
    Interrupted = 130,
}
