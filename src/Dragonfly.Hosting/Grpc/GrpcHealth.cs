// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Grpc;

/// <summary>What the health service says; singleton of the container. Thread safe.</summary>
public sealed class GrpcHealth
{
    private readonly Lock _gate = new();
    private State _state = new(new Dictionary<string, bool>(StringComparer.Ordinal) { [""] = true });

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

            // A copy: readers have no lock. There are few services, and this runs at the start.
            _state = new State(new Dictionary<string, bool>(old.Services, StringComparer.Ordinal) { [service] = serving });
        }

        old.Changed.SetResult();
    }

    /// <summary>Whether a service serves; null when nobody ever said so.</summary>
    public bool? Get(string service) =>
        Volatile.Read(ref _state).Services.TryGetValue(service, out var serving) ? serving : null;

    /// <summary>The statuses now, with a task that completes when one of them changes.</summary>
    internal State Snapshot() => Volatile.Read(ref _state);

    /// <summary>All statuses at one time.</summary>
    internal sealed class State(Dictionary<string, bool> services)
    {
        public IReadOnlyDictionary<string, bool> Services { get; } = services;

        public TaskCompletionSource Changed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
