// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using Dragonfly.Backends;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Downloads;
using Dragonfly.Storage;
using Dragonfly.Storage.Claims;

namespace Dragonfly.Daemon.Pieces;

/// <summary>Fetches from origins, bound to one generation, straight into the store. Thread safe.</summary>
internal sealed partial class OriginFetcher(BackendRegistry backends, TransferLimits limits, DaemonTelemetry telemetry, TimeProvider time)
{
    /// <summary>One read: large against the cost of a read and of a write, small against the pools.</summary>
    private const int BufferBytes = 256 << 10;

    /// <summary>An origin that is cut off this often in a row without a byte more is given up.</summary>
    private const int CutsWithoutProgress = 3;

    /// <summary>
    /// Cuts within one piece, progress or not. A piece is 4 MiB at least, so an origin that gets less than 256 KiB through at a time is given up: it would be asked
    /// thousands of times for one file, by every peer.
    /// </summary>
    private const int CutsInAll = 16;

    /// <summary>The pause after the first cut; doubled by each further one, so that an origin in trouble is left alone for longer and longer.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest pause between two tries of one piece: all sixteen then take some ten seconds.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>No byte for so long ends a request: origins that think have answered their head by then.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    /// <summary>Asks the origin.</summary>
    /// <param name="request">Whose headers to use.</param>
    /// <param name="range">The bytes; null for all, without ranges.</param>
    /// <param name="generation">What the bytes must belong to, or null when nothing is known yet.</param>
    /// <param name="revalidate">Only ask whether the generation is current.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer or why not.</returns>
    public async Task<Result<OriginResponse>> OpenAsync(
        DownloadRequest request, ByteRange? range, ContentGeneration? generation, bool revalidate, CancellationToken cancellationToken)
    {
        var backend = backends.Find(request.Url);
        if (!backend.IsSuccess)
        {
            return backend.Failure;
        }

        var started = time.GetTimestamp();
        var question = new OriginRequest(request.Url, request.Headers) { Range = range, Generation = generation, Revalidate = revalidate };
        var answer = await AskAsync(backend.Value, question, cancellationToken);
        telemetry.OriginAsked(request.Url.Scheme, answer.IsSuccess, time.GetElapsedTime(started));
        return answer;
    }

    /// <summary>Fetches one piece by ranged requests, going on inside the piece after a cut, and gives the claim back.</summary>
    /// <param name="request">Whose headers to use.</param>
    /// <param name="task">Where the piece belongs.</param>
    /// <param name="claim">The right to write it; disposed here.</param>
    /// <param name="opening">An answer whose body begins at the claim's next byte, or null; disposed here.</param>
    /// <param name="cancellationToken">Gives up; what came is kept.</param>
    /// <returns>The finished piece or why not. Rejected means that the origin ignores ranges.</returns>
    public async Task<Result<FinishedPiece>> FetchAsync(
        DownloadRequest request, StoredTask task, PieceClaim claim, OriginResponse? opening, CancellationToken cancellationToken)
    {
        using (claim)
        {
            var createdAt = time.GetUtcNow();
            var started = time.GetTimestamp();
            try
            {
                var (cuts, inVain) = (0, 0);
                while (claim.Written < claim.Range.Length)
                {
                    var before = claim.Written;
                    var failure = await FillAsync(request, task, claim, opening, cancellationToken);
                    opening = null;
                    if (failure is null)
                    {
                        continue;
                    }

                    inVain = claim.Written > before ? 0 : inVain + 1;
                    if (failure.Kind != FailureKind.Unavailable || failure.Origin is not null)
                    {
                        return failure;
                    }

                    if (++cuts == CutsInAll || inVain == CutsWithoutProgress)
                    {
                        return GaveUp(request, claim, cuts, failure);
                    }

                    await Task.Delay(PauseAfter(cuts), time, cancellationToken);
                }

                return claim.Commit(null, PieceOrigin.BackToSource, null, time.GetElapsedTime(started), createdAt);
            }
            catch (OperationCanceledException)
            {
                return Cancelled(cancellationToken);
            }
            finally
            {
                if (opening is not null)
                {
                    await opening.DisposeAsync();
                }
            }
        }
    }

    /// <summary>A backend that gives up by itself has failed: to whoever waits it must not look as if nobody wanted the answer any more.</summary>
    private static async Task<Result<OriginResponse>> AskAsync(IBackend backend, OriginRequest question, CancellationToken cancellationToken)
    {
        try
        {
            return await backend.OpenAsync(question, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Cancelled(cancellationToken);
        }
    }

    private async Task<Failure?> FillAsync(
        DownloadRequest request, StoredTask task, PieceClaim claim, OriginResponse? opening, CancellationToken cancellationToken)
    {
        var wanted = new ByteRange(claim.Range.Start + claim.Written, claim.Range.Length - claim.Written);
        var answer = opening is not null ? opening : await OpenAsync(request, wanted, task.Generation, false, cancellationToken);
        if (!answer.IsSuccess)
        {
            return answer.Failure;
        }

        await using var response = answer.Value;
        if (!response.IsPartial && (wanted.Start != 0 || response.TotalLength != wanted.Length))
        {
            return new Failure(FailureKind.Rejected, FailureSource.Origin, $"The origin ignores ranges: {wanted} was asked, it sent everything.");
        }

        if (response.Range.Start != wanted.Start || (opening is null && response.Range.Length is { } length && length != wanted.Length && response.IsPartial))
        {
            return new Failure(
                FailureKind.Unavailable, FailureSource.Origin,
                $"The origin was asked for {wanted} and sent bytes {response.Range.Start}-{response.Range.Start + response.Range.Length - 1}.");
        }

        var room = Math.Min(wanted.Length, response.Range.Length ?? wanted.Length);
        return await CopyAsync(request.TaskId, response.Body, claim, room, cancellationToken) switch
        {
            { Failure: { Source: FailureSource.Origin } failure } => failure with { Detail = $"{failure.Detail} ({wanted} was asked)" },
            { Failure: { } failure } => failure,
            { Value: var copied } when copied < room => new Failure(
                FailureKind.Unavailable, FailureSource.Origin, $"The origin ended {wanted} after {copied} of {room} bytes."),
            _ => null,
        };
    }

    /// <summary>Reads up to so many bytes into a claim; fewer only at the end of the body.</summary>
    private async Task<Result<long>> CopyAsync(TaskId task, Stream body, PieceClaim claim, long room, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        using var silence = new CancellationTokenSource(Silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        long copied = 0;
        try
        {
            while (copied < room)
            {
                var read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(BufferBytes, room - copied)), either.Token);
                if (read == 0)
                {
                    break;
                }

                silence.CancelAfter(Silence);
                await limits.Source.AcquireAsync(task.Text, read, cancellationToken);
                await limits.Download.AcquireAsync(task.Text, read, cancellationToken);
                if (claim.Append(buffer.AsSpan(0, read)) is { } failure)
                {
                    return failure;
                }

                copied += read;
            }

            return copied;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return new Failure(FailureKind.Unavailable, FailureSource.Origin, $"The origin's answer broke off: {e.Message}");
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new Failure(FailureKind.TimedOut, FailureSource.Origin, $"The origin sent nothing for {Silence.TotalSeconds} s.");
        }
        finally
        {
            telemetry.Downloaded(PieceOrigin.BackToSource, copied);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static TimeSpan PauseAfter(int cuts)
    {
        var pause = FirstPause * Math.Pow(2, cuts - 1);
        return pause < LongestPause ? pause : LongestPause;
    }

    private static Failure GaveUp(DownloadRequest request, PieceClaim claim, int cuts, Failure last) => new(
        FailureKind.Unavailable, FailureSource.Origin,
        $"{SafeUrl.Of(request.Url)}: the origin cut off {cuts} answers in a row for {claim.Range}, {claim.Written} bytes of it came. {last.Detail} "
        + "Check the origin, and proxies on the way to it; what came is kept, so trying again goes on from there.");

    private static Failure Cancelled(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? new Failure(FailureKind.Cancelled, FailureSource.Local, "No longer wanted.")
        : new Failure(FailureKind.TimedOut, FailureSource.Origin, "The origin did not answer in time.");
}
