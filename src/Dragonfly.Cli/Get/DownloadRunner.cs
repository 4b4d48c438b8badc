// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Output;
using Dragonfly.Cli.Wire;
using Dragonfly.Core.Digests;

namespace Dragonfly.Cli.Get;

/// <summary>Runs downloads over one connection, a number of them at once, and gives the exit code of them all.</summary>
/// <remarks>One thread, one loop: start what may start, wait for the daemon, end what has ended.</remarks>
internal sealed class DownloadRunner(GetOptions options, IDownloadReporter reporter, Interruption interruption, TimeProvider time, SilenceLimit silence)
{
    private readonly List<Download> _active = [];
    private readonly ContentDigest? _digest = ContentDigest.TryParse(options.Digest, out ContentDigest? digest) ? digest : null;
    private readonly string _remoteIp = MachineAddress.Find();
    private DaemonConnection? _connection;
    private ToolException? _stop;
    private ExitCode _worst = ExitCode.Ok;

    /// <summary>Downloads <paramref name="items"/>, at most <paramref name="jobs"/> at once.</summary>
    /// <returns>The highest exit code of all of them.</returns>
    public ExitCode Run(IReadOnlyList<DownloadItem> items, int jobs)
    {
        int next = 0;
        try
        {
            while (next < items.Count || _active.Count > 0)
            {
                while (next < items.Count && _active.Count < Math.Min(jobs, _connection?.Session.MaxStreams ?? jobs))
                {
                    Start(items[next++]);
                }

                if (_active.Count > 0)
                {
                    Wait();
                }
            }
        }
        finally
        {
            Disconnect();
        }

        return _worst;
    }

    private void Start(DownloadItem item) => Start(item, options.TransferFromDfdaemon, time.GetTimestamp());

    private void Start(DownloadItem item, bool transfer, long now)
    {
        try
        {
            if (interruption.Requested)
            {
                throw Interrupted();
            }

            // A daemon that is gone is gone for the rest of the list too.
            _ = _stop is null ? true : throw _stop;
            bool overSocket = transfer || item.Output == OutputPath.StandardOutput;
            string output = item.Output == OutputPath.StandardOutput ? item.Output : OutputPath.CheckFile(item.Output, options.Overwrite);
            byte[] request = DownloadRequest.Encode(options, item.Url, overSocket ? null : output, _remoteIp);
            DaemonConnection connection = Connect();
            IContentSink? sink = !overSocket ? null
                : output == OutputPath.StandardOutput ? new StandardOutputSink(_digest)
                : new FileSink(output, options.Overwrite, _digest);
            var download = new Download(item, sink, overSocket || File.Exists(output) ? null : output, reporter, now);
            download.Send(connection.Session, request, options.Timeout);
            _active.Add(download);
        }
        catch (Exception error) when (error is ToolException or IOException or UnauthorizedAccessException)
        {
            ToolException failure = error as ToolException ?? new ToolException(ExitCode.Failed, $"cannot write the output: {error.Message}");
            StopIfGone(failure);
            Report(new DownloadResult(item, new DownloadProgress(), time.GetElapsedTime(now), failure));
        }
    }

    private DaemonConnection Connect()
    {
        if (_connection is null || (_connection.Session.GoingAway && _active.Count == 0))
        {
            Disconnect();
            _connection = DaemonConnection.Open(options.Endpoint, time, silence);
            interruption.Wake(_connection);
        }

        return _connection;
    }

    private void Disconnect()
    {
        interruption.Wake(null);
        _connection?.Dispose();
        _connection = null;
    }

    private void Wait()
    {
        TimeSpan patience = reporter.TickInterval;
        foreach (Download download in _active)
        {
            TimeSpan left = Left(download);
            patience = left < patience ? left : patience;
        }

        try
        {
            _connection!.Step(patience > TimeSpan.Zero ? patience : TimeSpan.Zero);
        }
        catch (ToolException error)
        {
            StopIfGone(error);
            FailAll(error);
        }

        if (interruption.Requested)
        {
            FailAll(Interrupted());
        }

        if (_connection!.Closed)
        {
            FailAll(new ToolException(ExitCode.Unreachable, $"the daemon at {options.Endpoint} closed the connection in the middle of the download: its log says why"));
        }

        EndWhatEnded();
        reporter.Tick(_active);
    }

    private void EndWhatEnded()
    {
        for (int place = _active.Count - 1; place >= 0; place--)
        {
            Download download = _active[place];
            if (!download.Ended && Left(download) <= TimeSpan.Zero)
            {
                download.Fail(Download.Late(options.Timeout));
            }

            if (download.Ended)
            {
                _active.RemoveAt(place);
                _connection!.Session.Cancel(download.Stream);
                DownloadResult result = download.Finish(time.GetElapsedTime(download.StartedAt));
                if (MayTransfer(download, result))
                {
                    Start(download.Item, transfer: true, download.StartedAt);
                }
                else
                {
                    Report(result);
                }
            }
        }

        if (_active.Count == 0 && (_stop is not null || _connection!.Closed))
        {
            Disconnect();
        }
    }

    /// <summary>
    /// The daemon's store has no room, which says nothing of the output's disk: where that has some, the bytes are asked for over the socket, once, and written here. A hard
    /// link can only be made to what is stored.
    /// </summary>
    private bool MayTransfer(Download download, DownloadResult result) =>
        result.Failure is { TooLargeToStore: { } length } && !download.IsOverSocket && !options.ForceHardLink && !interruption.Requested && !_connection!.Closed
        && FileSink.FreeSpace(Path.GetFullPath(download.Item.Output)) >= length;

    private TimeSpan Left(Download download) => options.Timeout - time.GetElapsedTime(download.StartedAt);

    private void FailAll(ToolException failure) => _active.ForEach(download => download.Fail(failure));

    private void StopIfGone(ToolException failure)
    {
        if (failure.Code == ExitCode.Unreachable)
        {
            _stop ??= failure;
        }
    }

    private void Report(DownloadResult result)
    {
        _worst = result.Code > _worst ? result.Code : _worst;
        reporter.Finished(result);
    }

    private static ToolException Interrupted() => new(ExitCode.Interrupted, "interrupted");
}
