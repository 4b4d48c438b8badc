// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Storage;

/// <summary>Where a store lives and what it may hold.</summary>
public sealed class StoreOptions
{
    /// <summary>The data folder; made when it does not exist.</summary>
    public required string Directory { get; init; }

    /// <summary>Keep what an earlier run stored. The original empties the store at each start unless told otherwise; a cache that survives is the point of one, so the default is true.</summary>
    public bool Keep { get; init; } = true;

    /// <summary>Bytes that the store may use; null means what the file system has.</summary>
    public long? CapacityBytes { get; init; }

    /// <summary>Bytes to leave free on the file system whatever happens.</summary>
    public long ReserveBytes { get; init; }

    /// <summary>Which start of the machine this is; null asks the kernel. Tests play a power cut with it.</summary>
    internal string? BootId { get; init; }

    /// <summary>Free bytes of the file system that holds the folder; null asks it. Tests play a full disk with it.</summary>
    internal Func<long>? FreeBytes { get; init; }
}
