// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Core.Flow;

/// <summary>
/// Holds requests to a rate by refusing those above it (the caller answers "limited" and the peer backs off): a token bucket that holds one second's
/// worth, as the original's request limits do. Thread safe; its lock is held for a few instructions only.
/// </summary>
/// <param name="requestsPerSecond">The rate; null for no limit.</param>
/// <param name="time">The clock.</param>
public sealed class RequestRateLimiter(double? requestsPerSecond, TimeProvider time)
{
    private readonly Lock _gate = new();
    private double? _rate = Checked(requestsPerSecond);
    private double _tokens = Capacity(requestsPerSecond);
    private long _countedAt = time.GetTimestamp();

    /// <summary>The rate; null for no limit. May be changed at any time.</summary>
    public double? RequestsPerSecond
    {
        get
        {
            lock (_gate)
            {
                return _rate;
            }
        }

        set
        {
            lock (_gate)
            {
                Refill();
                var wasUnlimited = _rate is null;
                _rate = Checked(value);
                _tokens = wasUnlimited ? Capacity(value) : Math.Min(_tokens, Capacity(value));
            }
        }
    }

    /// <summary>Counts a request.</summary>
    /// <returns>False when it is one too many and must be refused.</returns>
    public bool TryAcquire()
    {
        lock (_gate)
        {
            Refill();
            if (_rate is not null && _tokens < 1)
            {
                return false;
            }

            _tokens--;
            return true;
        }
    }

    private static double Capacity(double? rate) => rate is { } value ? Math.Max(1, value) : 0;

    private static double? Checked(double? rate) =>
        rate is <= 0 or double.NaN ? throw new ArgumentOutOfRangeException(nameof(rate), rate, "A rate is positive.") : rate;

    private void Refill()
    {
        var now = time.GetTimestamp();
        _tokens = _rate is { } rate
            ? Math.Min(Capacity(rate), _tokens + (time.GetElapsedTime(_countedAt, now).TotalSeconds * rate))
            : 0;
        _countedAt = now;
    }
}
