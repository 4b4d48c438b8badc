// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace Dragonfly.Server.Demo;

/// <summary>One peer's <c>dfget</c>: runs it, follows its events, hashes what it wrote.</summary>
/// <remarks>The numbers are written by the reader of the events and read by whoever draws; each is one word, read with <see cref="Volatile"/>.</remarks>
internal sealed class DemoDownload(string peer, string output, TimeProvider time)
{
    private readonly long[] _bytes = new long[3];
    private long _total;
    private long _startedAt;
    private long _ticks;
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _ended;

    /// <summary>The peer's name.</summary>
    public string Peer { get; } = peer;

    /// <summary>The file that it writes.</summary>
    public string Output { get; } = output;

    /// <summary>Bytes to come; 0 while unknown.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Bytes that were on the peer's disk before.</summary>
    public long Local => Volatile.Read(ref _bytes[0]);

    /// <summary>Bytes from other peers.</summary>
    public long Peers => Volatile.Read(ref _bytes[1]);

    /// <summary>Bytes that the peer read from the origin itself.</summary>
    public long Origin => Volatile.Read(ref _bytes[2]);

    /// <summary>All bytes so far.</summary>
    public long Received => Local + Peers + Origin;

    /// <summary>Since the start, or to the end.</summary>
    public TimeSpan Elapsed => _ended ? TimeSpan.FromTicks(Volatile.Read(ref _ticks)) : _startedAt == 0 ? TimeSpan.Zero : time.GetElapsedTime(_startedAt);

    /// <summary>Whether it is over.</summary>
    public bool Ended => _ended;

    /// <summary>Ends when it is over.</summary>
    public Task Finished => _finished.Task;

    /// <summary>dfget's exit code, once it ended.</summary>
    public int ExitCode { get; private set; } = -1;

    /// <summary>What dfget said about its failure.</summary>
    public string Error { get; private set; } = "";

    /// <summary>The SHA-256 of the output; empty when there is none.</summary>
    public string Sha256 { get; private set; } = "";

    /// <summary>Runs dfget to its end.</summary>
    public async Task RunAsync(string dfget, string socket, string url, string? digest, CancellationToken cancellationToken)
    {
        string[] arguments = ["--json", "-e", socket, "-O", Output, .. digest is null ? Array.Empty<string>() : ["--digest", digest], url];
        _startedAt = time.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(dfget, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
            while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            {
                Take(line);
            }

            await process.WaitForExitAsync(cancellationToken);
            Error = Error.Length > 0 ? Error : (await errors).Trim();
            ExitCode = process.ExitCode;
        }
        finally
        {
            Volatile.Write(ref _ticks, time.GetElapsedTime(_startedAt).Ticks);
            _ended = true;
            _finished.TrySetResult();
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>Hashes the output.</summary>
    public async Task HashAsync(CancellationToken cancellationToken)
    {
        if (ExitCode == 0 && File.Exists(Output))
        {
            await using FileStream file = new(Output, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var block = new byte[1 << 20];
            for (int count = await file.ReadAsync(block, cancellationToken); count > 0; count = await file.ReadAsync(block, cancellationToken))
            {
                hash.AppendData(block.AsSpan(0, count));
            }

            Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    private void Take(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement root = document.RootElement;
        switch (root.GetProperty("event").GetString())
        {
            case "started":
                Volatile.Write(ref _total, root.GetProperty("content_length").GetInt64());
                break;
            case "piece":
                ref long bytes = ref _bytes[root.GetProperty("source").GetString() switch { "local" => 0, "peers" => 1, _ => 2 }];
                Volatile.Write(ref bytes, bytes + root.GetProperty("length").GetInt64());
                break;
            case "result" when root.TryGetProperty("error", out JsonElement error):
                Error = error.GetString() ?? "";
                break;
            default:
                break;
        }
    }
}
