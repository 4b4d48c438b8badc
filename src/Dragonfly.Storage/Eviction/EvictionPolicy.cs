// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Storage.Eviction;

/// <summary>When unused tasks have to go. Only the kinds standard and cache are ever evicted: the others were stored to stay. Immutable.</summary>
public sealed record EvictionPolicy
{
    /// <summary>Evict what nobody used for so long; null for no such limit.</summary>
    public TimeSpan? UnusedFor { get; init; }

    /// <summary>When the store holds more than this, evict the least recently used; null for no such limit.</summary>
    public long? HighWatermarkBytes { get; init; }

    /// <summary>Stop evicting for the high mark when the store holds no more than this; null means the high mark itself.</summary>
    public long? LowWatermarkBytes { get; init; }
}
