// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Storage;

namespace Dragonfly.Daemon;

/// <summary>
/// Where everybody finds the store. It is opened after the ports are bound, so that a port in use is told before a lock is taken and a slow disk
/// does not delay the listening. Set once.
/// </summary>
internal sealed class StoreHandle
{
    private readonly TaskCompletionSource<TaskStore> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The store, once it is open.</summary>
    /// <exception cref="InvalidOperationException">It is not open yet.</exception>
    public TaskStore Store => _opened.Task.IsCompletedSuccessfully
        ? _opened.Task.Result
        : throw new InvalidOperationException("The store is not open yet.");

    /// <summary>Whether it is open.</summary>
    public bool IsOpen => _opened.Task.IsCompletedSuccessfully;

    /// <summary>Hands the store out.</summary>
    /// <param name="store">The store.</param>
    public void Open(TaskStore store) => _opened.SetResult(store);

    /// <summary>Waits for the store.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The store.</returns>
    public Task<TaskStore> WaitAsync(CancellationToken cancellationToken) => _opened.Task.WaitAsync(cancellationToken);
}
