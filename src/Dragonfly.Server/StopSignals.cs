// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Dragonfly.Server;

/// <summary>Turns SIGTERM, SIGINT and SIGQUIT into a token: the first stops in order, one that comes a second later or more ends the process at once.
/// <c>timeout</c> and some supervisors signal the process and its group, so that the same wish arrives twice. Thread safe.</summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly TimeSpan SameWish = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;
    private long _first;

    /// <summary>Starts listening for signals.</summary>
    /// <param name="time">The clock.</param>
    public StopSignals(TimeProvider time)
    {
        _time = time;
        _registrations =
        [
            .. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }
                .Select(signal => PosixSignalRegistration.Create(signal, OnSignal)),
        ];
    }

    /// <summary>Fires at the first signal.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Completes at the first signal.</summary>
    public Task Stopped => _stopped.Task;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        // What is not taken has the system's meaning, which ends us.
        var now = _time.GetTimestamp();
        if (Interlocked.CompareExchange(ref _first, now, 0) is var first && first == 0)
        {
            context.Cancel = true;
            _stopped.TrySetResult();
            _stop.Cancel();
        }
        else
        {
            context.Cancel = _time.GetElapsedTime(first, now) < SameWish;
        }
    }
}
