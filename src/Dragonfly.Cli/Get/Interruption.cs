// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Dragonfly.Cli.Get;

/// <summary>Ctrl-C and its relatives: remembers that it came and wakes the thread that waits for the daemon.</summary>
/// <remarks>The handler runs on another thread; <c>_gate</c> covers which connection it has to wake.</remarks>
internal sealed class Interruption : IDisposable
{
    private readonly Lock _gate = new();
    private readonly PosixSignalRegistration[] _registrations;
    private DaemonConnection? _connection;
    private volatile bool _requested;

    /// <summary>Begins to listen for signals.</summary>
    public Interruption() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
    ];

    /// <summary>Whether a signal came.</summary>
    public bool Requested => _requested;

    /// <summary>Names the connection to wake; at once when a signal came before.</summary>
    public void Wake(DaemonConnection? connection)
    {
        lock (_gate)
        {
            _connection = connection;
            if (_requested)
            {
                connection?.Interrupt();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_gate)
        {
            _requested = true;
            _connection?.Interrupt();
        }
    }
}
