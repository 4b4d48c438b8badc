// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Flow;
using Dragonfly.Daemon.Options;

namespace Dragonfly.Daemon.Downloads;

/// <summary>The bandwidth limits of this host, each shared fairly by the tasks or children that use it. Thread safe.</summary>
internal sealed class TransferLimits : IDisposable
{
    /// <summary>Makes the limits.</summary>
    /// <param name="options">The configured rates.</param>
    /// <param name="time">The clock.</param>
    public TransferLimits(DaemonOptions options, TimeProvider time)
    {
        Download = new ByteRateLimiter(Limit(options.Download.BandwidthLimit), time);
        Source = new ByteRateLimiter(Limit(options.Download.BackToSourceBandwidthLimit), time);
        Upload = new ByteRateLimiter(Limit(options.Upload.BandwidthLimit), time);
    }

    /// <summary>All incoming piece bytes.</summary>
    public ByteRateLimiter Download { get; }

    /// <summary>Bytes from origins; they count in <see cref="Download"/> too.</summary>
    public ByteRateLimiter Source { get; }

    /// <summary>Bytes to children.</summary>
    public ByteRateLimiter Upload { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Download.Dispose();
        Source.Dispose();
        Upload.Dispose();
    }

    // The shipped default of 50 GB/s is above what any machine moves: no limit, and no cost for one.
    private static long? Limit(long configured) => configured is <= 0 or >= 50_000_000_000 ? null : configured;
}
