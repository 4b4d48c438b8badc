// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Hosting.Dynamic;

/// <summary>
/// Settings that change while the program runs: immutable snapshots, swapped whole. They come from the manager (with the last good ones kept on
/// disk) or from a local file. Thread safe.
/// </summary>
/// <typeparam name="TSnapshot">The settings of one sort of program.</typeparam>
public interface IDynamicConfig<TSnapshot>
    where TSnapshot : class
{
    /// <summary>The settings in force; never null: the last good ones, or the defaults before any were had.</summary>
    TSnapshot Current { get; }

    /// <summary>What is being waited for (for example "manager 127.0.0.1:65003: connection refused"), or null when all is well; shown in health.</summary>
    string? WaitingFor { get; }

    /// <summary>The current snapshot, then each new one as it comes.</summary>
    /// <param name="cancellationToken">Ends the sequence.</param>
    /// <returns>The snapshots; a slow reader misses intermediate ones, never the last.</returns>
    IAsyncEnumerable<TSnapshot> WatchAsync(CancellationToken cancellationToken);

    /// <summary>Asks the source again now (a peer was told NOT_FOUND, a scheduler vanished).</summary>
    void RequestRefresh();
}
