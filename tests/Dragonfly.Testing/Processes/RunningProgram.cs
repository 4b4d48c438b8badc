// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Dragonfly.Testing.Processes;

/// <summary>
/// A published program as a process: its output is kept, and whatever happens it is gone after disposal. Waits end when the thing waited for
/// happens; one that runs out says what was waited for and what the program said last. Thread safe.
/// </summary>
public sealed partial class RunningProgram : IAsyncDisposable
{
    /// <summary>How long a test waits for anything of a process before it fails; far above what any of it takes, for busy machines.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly Task _pumps;
    private readonly List<(Func<string, bool> Matches, TaskCompletionSource Seen)> _waiters = [];

    private RunningProgram(Process process, string name)
    {
        _process = process;
        Name = name;
        Pid = process.Id;
        _pumps = Task.WhenAll(PumpAsync(process.StandardOutput, _output), PumpAsync(process.StandardError, _errors));
    }

    /// <summary>What it is called in messages.</summary>
    public string Name { get; }

    /// <summary>Its process id.</summary>
    public int Pid { get; }

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Its standard output so far.</summary>
    public string Output => Read(_output);

    /// <summary>Its standard error so far.</summary>
    public string Errors => Read(_errors);

    /// <summary>Its resident memory in bytes, now.</summary>
    public long ResidentBytes => ReadStatus("VmRSS:");

    /// <summary>The most resident memory that it had, in bytes.</summary>
    public long PeakResidentBytes => ReadStatus("VmHWM:");

    /// <summary>CPU time used so far, user and system.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="path">Its path, or a name that is in PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables on top of ours; null for none.</param>
    /// <param name="name">What it is called in messages; null for its file name.</param>
    /// <returns>The running program.</returns>
    public static RunningProgram Start(
        string path,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string? name = null)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        // A killed program could not remove the sockets of its debugger and profiler from the folder of temporary files.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }

        return new RunningProgram(Process.Start(start)!, name ?? Path.GetFileName(path));
    }

    /// <summary>Runs a published program to its end.</summary>
    /// <param name="program">Its name under <c>out/bin</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="limit">How long it may take; null for <see cref="Patience"/>.</param>
    /// <param name="environment">Variables on top of ours; null for none.</param>
    /// <returns>How it ended.</returns>
    public static async Task<ProcessResult> RunAsync(
        string program,
        IEnumerable<string> arguments,
        TimeSpan? limit = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var running = Start(PublishedPrograms.PathOf(program), arguments, environment);
        running.CloseInput();
        return await running.WaitForExitAsync(limit);
    }

    /// <summary>Ends its standard input.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Sends a signal to this process only.</summary>
    /// <param name="signal">The signal.</param>
    public void Signal(ProcessSignal signal)
    {
        if (!_process.HasExited)
        {
            _ = SendSignal(Pid, (int)signal);
        }
    }

    /// <summary>Waits for the end.</summary>
    /// <param name="limit">How long; null for <see cref="Patience"/>.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="TimeoutException">It still runs; the message has its last words.</exception>
    public async Task<ProcessResult> WaitForExitAsync(TimeSpan? limit = null)
    {
        using var patience = new CancellationTokenSource(limit ?? Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw GaveUp("its end", limit);
        }

        var elapsed = Stopwatch.GetElapsedTime(_startedAt);
        await _pumps;
        return new ProcessResult(_process.ExitCode, Output, Errors, elapsed);
    }

    /// <summary>Waits until its standard output or error holds a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="limit">How long; null for <see cref="Patience"/>.</param>
    /// <param name="times">How often it must be there.</param>
    /// <returns>Completes when the text is there.</returns>
    /// <exception cref="TimeoutException">It did not come; the message has the last words.</exception>
    public async Task WaitForOutputAsync(string text, TimeSpan? limit = null, int times = 1)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiters)
        {
            _waiters.Add((all => all.AsSpan().Count(text) >= times, seen));
        }

        TellWaiters();
        try
        {
            var first = await Task.WhenAny(seen.Task, _pumps).WaitAsync(limit ?? Patience);
            TellWaiters();
            if (first != seen.Task && !seen.Task.IsCompleted)
            {
                throw GaveUp($"the text \"{text}\" (it has ended)", limit);
            }
        }
        catch (TimeoutException)
        {
            throw GaveUp($"the text \"{text}\"", limit);
        }
    }

    /// <summary>Makes the exception of a wait that ran out.</summary>
    /// <param name="what">What was waited for.</param>
    /// <param name="limit">How long.</param>
    /// <returns>The exception with the program's last words.</returns>
    public TimeoutException GaveUp(string what, TimeSpan? limit = null)
    {
        var state = _process.HasExited ? $"ended with {_process.ExitCode}" : "runs";
        return new TimeoutException(
            $"{Name} (pid {Pid}, {state}): waited {(limit ?? Patience).TotalSeconds:0.#} s for {what}.\nerrors: {Tail(Errors)}\noutput: {Tail(Output)}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Signal(ProcessSignal.Kill);
        await _process.WaitForExitAsync();
        await _pumps;
        _process.Dispose();
    }

    private static string Tail(string text) => text.Length <= 4000 ? text : "…" + text[^4000..];

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private long ReadStatus(string field)
    {
        var line = File.ReadLines($"/proc/{Pid}/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) * 1024;
    }

    private async Task PumpAsync(StreamReader reader, StringBuilder text)
    {
        var buffer = new char[4096];
        int read;
        while ((read = await reader.ReadAsync(buffer)) > 0)
        {
            lock (text)
            {
                text.Append(buffer, 0, read);
            }

            TellWaiters();
        }
    }

    private void TellWaiters()
    {
        lock (_waiters)
        {
            if (_waiters.Count == 0)
            {
                return;
            }

            var (output, errors) = (Output, Errors);
            foreach (var (matches, seen) in _waiters)
            {
                if (matches(output) || matches(errors))
                {
                    seen.TrySetResult();
                }
            }

            _waiters.RemoveAll(waiter => waiter.Seen.Task.IsCompleted);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int pid, int signal);
}
