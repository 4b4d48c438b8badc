// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Testing.Processes;

/// <summary>Signals by their Linux numbers (signal(7)).</summary>
public enum ProcessSignal
{
    /// <summary>Ctrl-C.</summary>
    Interrupt = 2,

    /// <summary>Ends at once; nothing can be tidied.</summary>
    Kill = 9,

    /// <summary>Asks to end in order.</summary>
    Terminate = 15,

    /// <summary>Goes on after <see cref="Stop"/>.</summary>
    Continue = 18,

    /// <summary>Freezes: sockets stay open, nothing answers.</summary>
    Stop = 19,
}
