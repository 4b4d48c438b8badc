// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Core.Failures;

/// <summary>Whom to blame for a failure; it decides the log level and who is tried next.</summary>
public enum FailureSource
{
    /// <summary>Whoever asked.</summary>
    Caller,

    /// <summary>This process or this machine.</summary>
    Local,

    /// <summary>A peer that serves pieces to us.</summary>
    Parent,

    /// <summary>The place where the content comes from.</summary>
    Origin,

    /// <summary>The scheduler.</summary>
    Scheduler,

    /// <summary>The manager.</summary>
    Manager,
}
