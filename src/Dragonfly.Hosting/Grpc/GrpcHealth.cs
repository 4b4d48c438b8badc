// SPDX-License-Identifier: Apache-2.0

using System.Collections.Immutable;

namespace Dragonfly.Hosting.Grpc;

/// <summary>What the health service says; singleton of the container. Thread safe.</summary>
public sealed class GrpcHealth
{
    private readonly Lock _gate = new();
    private State _state = new(ImmutableDictionary<string, bool>.Empty.Add("", true));

    /// <summary>Sets whether a service serves; watchers are told. The empty name is the whole server and serves from the start.</summary>
    public void Set(string service, bool serving)
    {
        ArgumentNullException.ThrowIfNull(service);
        State old;
        lock (_gate)
        {
            old = _state;
            if (old.Services.TryGetValue(service, out var before) && before == serving)
            {
                return;
            }

            _state = new State(old.Services.SetItem(service, serving));
        }

        old.Changed.SetResult();
    }

    /// <summary>Whether a service serves; null when nobody ever said so.</summary>
    public bool? Get(string service) =>
        Volatile.Read(ref _state).Services.TryGetValue(service, out var serving) ? serving : null;

    /// <summary>The statuses now, with a task that completes when one of them changes.</summary>
    internal State Snapshot() => Volatile.Read(ref _state);

    /// <summary>All statuses at one time.</summary>
    internal sealed class State(ImmutableDictionary<string, bool> services)
    {
        public ImmutableDictionary<string, bool> Services { get; } = services;

        public TaskCompletionSource Changed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
