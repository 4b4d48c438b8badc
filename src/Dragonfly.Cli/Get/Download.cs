// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Dragonfly.Cli.Http2;
using Dragonfly.Cli.Output;
using Dragonfly.Cli.Wire;

namespace Dragonfly.Cli.Get;

/// <summary>One download: its call to the daemon, what arrived, and the end of it.</summary>
/// <remarks>
/// Without a sink the daemon writes the output (temporary name, then rename) and only descriptions of pieces come over the socket.
/// A failure found here (a full disk, a malformed message) ends the download although the call could go on; the runner then cancels the call.
/// </remarks>
internal sealed class Download : IDownloadReceiver, IDisposable
{
    // The timeout is sent in whole milliseconds, and clocks tick.
    private static readonly TimeSpan ClockStep = TimeSpan.FromMilliseconds(20);

    private readonly IContentSink? _sink;
    private readonly IDownloadReporter _reporter;
    private readonly GrpcCall _call;
    private readonly string? _removeOnFailure;
    private ToolException? _failure;
    private TimeSpan _timeout = TimeSpan.MaxValue;
    private bool _disposed;

    /// <summary>Prepares a download; nothing is sent yet.</summary>
    /// <param name="item">What to fetch.</param>
    /// <param name="sink">Where bytes go that come over the socket; null when the daemon writes.</param>
    /// <param name="removeOnFailure">
    /// An output that did not exist before and that a stock daemon may leave behind unfinished, because it links its own file under that
    /// name at the start; null when there is nothing to remove.
    /// </param>
    /// <param name="reporter">Hears of pieces.</param>
    /// <param name="startedAt">A timestamp of the clock.</param>
    public Download(DownloadItem item, IContentSink? sink, string? removeOnFailure, IDownloadReporter reporter, long startedAt)
    {
        (Item, _sink, _removeOnFailure, _reporter, StartedAt) = (item, sink, removeOnFailure, reporter, startedAt);
        _call = new GrpcCall(OnMessage);
    }

    /// <summary>What is fetched.</summary>
    public DownloadItem Item { get; }

    /// <summary>Its bytes come over the socket; else the daemon writes the output.</summary>
    public bool IsOverSocket => _sink is not null;

    /// <summary>What arrived so far.</summary>
    public DownloadProgress Progress { get; } = new();

    /// <summary>When it began, as a timestamp.</summary>
    public long StartedAt { get; }

    /// <summary>The stream's id once it is open.</summary>
    public int Stream { get; private set; }

    /// <summary>Whether it ended, one way or the other.</summary>
    public bool Ended => _failure is not null || _call.Status is not null;

    /// <summary>Sends the request.</summary>
    public void Send(Http2Session session, byte[] request, TimeSpan timeout)
    {
        _timeout = timeout;
        Stream = session.Open([.. GrpcCall.RequestHeaders(DownloadRequest.Path, timeout), GrpcCall.Features], request, _call);
    }

    /// <summary>The time is up.</summary>
    public static ToolException Late(TimeSpan timeout)
    {
        string limit = timeout.TotalMilliseconds < 10
            ? timeout.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture) + " ms"
            : ByteText.Time(timeout);
        return new ToolException(ExitCode.Timeout, $"not done within {limit} (--timeout)");
    }

    /// <summary>Ends it from this side; the first reason stays.</summary>
    public void Fail(ToolException failure)
    {
        if (!Ended)
        {
            _failure = failure;
        }
    }

    /// <inheritdoc/>
    public void OnStarted(StartedTask task)
    {
        Progress.Start(task);
        _sink?.Begin(task.ContentLength);
        _reporter.Started(this, task);
    }

    /// <inheritdoc/>
    public void OnPiece(PieceArrival piece)
    {
        if (_sink is not null && !piece.HasContent && piece.Length > 0)
        {
            throw new ToolException(ExitCode.Failed, $"the daemon sent piece {piece.Number} without its content");
        }

        if (Progress.Arrive(piece))
        {
            _sink?.Write(piece);
            _reporter.Piece(this, piece);
        }
    }

    /// <summary>Publishes the content, or removes what is left, and says how it went.</summary>
    public DownloadResult Finish(TimeSpan elapsed)
    {
        ToolException? failure = _failure ?? Judge(_call.Status!, elapsed);
        if (failure is null && _sink is not null)
        {
            failure = Try(_sink.Complete);
        }

        Dispose();
        if (failure is not null && _removeOnFailure is not null)
        {
            Try(() => File.Delete(_removeOnFailure));
        }

        return new DownloadResult(Item, Progress, elapsed, failure);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _sink?.Dispose();
        }
    }

    private static ToolException? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (ToolException error)
        {
            return error;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return LocalFailure(error);
        }
    }

    private static ToolException LocalFailure(Exception error)
    {
        // 28 is ENOSPC, 122 EDQUOT: .NET leaves the error number of a write in HResult.
        bool full = error.HResult is 28 or 122;
        return new ToolException(full ? ExitCode.NoSpace : ExitCode.Failed, $"cannot write the output: {error.Message}");
    }

    private void OnMessage(ReadOnlySpan<byte> message)
    {
        try
        {
            DownloadAnswer.Dispatch(message, this);
        }
        catch (ToolException error)
        {
            Fail(error);
        }
        catch (InvalidDataException error)
        {
            Fail(new ToolException(ExitCode.Failed, error.Message));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Fail(LocalFailure(error));
        }
    }

    private ToolException? Judge(GrpcStatus status, TimeSpan elapsed)
    {
        if (status.Code != 0)
        {
            // The daemon keeps the same time, and may be the first to say so.
            bool late = status.Code == GrpcStatus.DeadlineExceeded && elapsed >= _timeout - ClockStep;
            return late ? Late(_timeout) : ToolException.From(status);
        }

        if (Progress.Started is null)
        {
            return new ToolException(ExitCode.Failed, "download incomplete: the daemon ended the call without starting the download");
        }

        return Progress.Outstanding == 0
            ? null
            : new ToolException(ExitCode.Failed, $"download incomplete: {Progress.Outstanding} of {Progress.Started.Pieces.Count} pieces were not reported");
    }
}
