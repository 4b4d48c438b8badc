// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Pieces;
using Dragonfly.Storage;
using Dragonfly.Storage.Content;

namespace Dragonfly.Daemon.Rpc;

/// <summary>
/// The file that a caller asked for. It is written beside the download, piece by piece while the bytes are warm, and takes its name when all of it is verified; should the
/// origin's content change meanwhile it begins anew. Used by one call.
/// </summary>
/// <param name="request">Where and how; digest and range are taken from here for the whole, from <see cref="BeginAsync"/> for a part.</param>
/// <param name="cancellationToken">The caller is gone.</param>
internal sealed class DownloadOutput(ExportRequest request, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly CancellationTokenSource _failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly CancellationTokenSource _fetchingEnded = new();
    private CancellationTokenSource? _stop;
    private Task<Failure?> _export = Task.FromResult<Failure?>(null);

    /// <summary>Fires when the caller is gone or the output cannot be written: there is nobody to go on for.</summary>
    public CancellationToken Stopping => _failed.Token;

    /// <summary>Begins to write, or begins anew.</summary>
    /// <param name="task">The generation.</param>
    /// <param name="range">The part that is wanted; null for all of it.</param>
    /// <returns>When an earlier beginning is gone.</returns>
    public async ValueTask BeginAsync(StoredTask task, ByteRange? range)
    {
        await StopAsync();
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var wanted = request with { Range = range, Digest = range is null ? request.Digest : null, FetchingEnded = _fetchingEnded.Token };
        _export = ExportAsync(task, wanted, _stop.Token);
    }

    /// <summary>Waits for the output, when the download has ended or <see cref="Stopping"/> fired.</summary>
    /// <returns>Null when it has its name, else why not.</returns>
    public async Task<Failure?> EndAsync()
    {
        await _fetchingEnded.CancelAsync();
        return await _export;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _failed.Dispose();
        _fetchingEnded.Dispose();
    }

    private async Task<Failure?> ExportAsync(StoredTask task, ExportRequest wanted, CancellationToken stop)
    {
        var failure = await task.ExportAsync(wanted, stop);
        if (failure is not null && !task.IsDetached && !IsDamage(failure))
        {
            await _failed.CancelAsync();
        }

        return failure;
    }

    /// <summary>Stored bytes had changed, and the store dropped those pieces: they come again when the download is asked for anew, after its end.</summary>
    /// <param name="failure">Why the output could not be written.</param>
    internal static bool IsDamage(Failure? failure) => failure is { Kind: FailureKind.Corrupt, Source: FailureSource.Local };

    private async ValueTask StopAsync()
    {
        if (_stop is { } stop)
        {
            _stop = null;
            await stop.CancelAsync();
            await _export.ContinueWith(static _ => { }, TaskScheduler.Default);
            stop.Dispose();
        }
    }
}
