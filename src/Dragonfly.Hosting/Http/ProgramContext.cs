// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.Hosting.Http;

/// <summary>What a role gets from the program around it, apart from its options. The defaults suit tests. Immutable.</summary>
public sealed record ProgramContext
{
    /// <summary>Makes loggers; default none.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The clock; default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Path of the local dynamic configuration (<c>--dynconfig</c>), used when there is no manager; null for the role's default path.</summary>
    public string? DynamicConfigPath { get; init; }

    /// <summary>How long a stopping role lets running requests finish after its services stopped. Default one second: long
    /// streams are ended by then, and the original's 4 s is what users complain about.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(1);
}
