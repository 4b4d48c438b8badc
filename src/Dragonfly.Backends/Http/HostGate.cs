// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Backends.Http;

/// <summary>
/// Lets only so many requests to one origin be under way, first come, first served. The HTTP library has such a limit too, but whoever waits there waits on the
/// clock of the request, and a busy origin would look like a silent one. Thread safe; an origin that nobody uses takes no memory.
/// </summary>
/// <param name="perHost">How many.</param>
internal sealed class HostGate(int perHost)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Host> _hosts = new(StringComparer.Ordinal);

    /// <summary>Waits for a place.</summary>
    /// <param name="origin">Scheme, host and port.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The place; disposing it once lets the next one in.</returns>
    internal async Task<IDisposable> EnterAsync(string origin, CancellationToken cancellationToken)
    {
        Host? host;
        lock (_gate)
        {
            if (!_hosts.TryGetValue(origin, out host))
            {
                _hosts[origin] = host = new Host(origin, new SemaphoreSlim(perHost));
            }

            host.Users++;
        }

        try
        {
            await host.Places.WaitAsync(cancellationToken);
            return new Place(this, host);
        }
        catch
        {
            Leave(host);
            throw;
        }
    }

    private void Leave(Host host)
    {
        lock (_gate)
        {
            if (--host.Users == 0)
            {
                _hosts.Remove(host.Origin);
                host.Places.Dispose();
            }
        }
    }

    private sealed class Host(string origin, SemaphoreSlim places)
    {
        public string Origin { get; } = origin;

        public SemaphoreSlim Places { get; } = places;

        public int Users { get; set; }
    }

    private sealed class Place(HostGate gate, Host host) : IDisposable
    {
        private int _isLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isLeft, 1) == 0)
            {
                host.Places.Release();
                gate.Leave(host);
            }
        }
    }
}
