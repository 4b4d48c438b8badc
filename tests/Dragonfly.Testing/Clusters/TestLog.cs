// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Logging;

namespace Dragonfly.Testing.Clusters;

/// <summary>Keeps what the roles of a cluster said, in order, and lets tests wait for a sentence. Thread safe.</summary>
public sealed class TestLog
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Matches, TaskCompletionSource Seen)> _waiting = [];

    /// <summary>Everything so far.</summary>
    public string Text
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Makes a provider that writes under a name.</summary>
    /// <param name="name">The role.</param>
    /// <returns>The provider.</returns>
    public ILoggerProvider For(string name) => new Provider(this, name);

    /// <summary>Number of lines of a role that hold a text.</summary>
    /// <param name="name">The role.</param>
    /// <param name="text">The text.</param>
    /// <returns>How many.</returns>
    public int Count(string name, string text)
    {
        lock (_gate)
        {
            return _lines.Count(line => Matches(line, name, text));
        }
    }

    /// <summary>Waits until a role says something more often than before.</summary>
    /// <param name="name">The role.</param>
    /// <param name="text">What.</param>
    /// <param name="patience">For how long at most.</param>
    /// <param name="seenBefore">Lines that do not count, taken by <see cref="Count"/> before the act.</param>
    /// <returns>When said.</returns>
    public async Task WaitForAsync(string name, string text, TimeSpan patience, int seenBefore = 0)
    {
        TaskCompletionSource seen;
        lock (_gate)
        {
            var left = seenBefore + 1 - _lines.Count(line => Matches(line, name, text));
            if (left <= 0)
            {
                return;
            }

            seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((line => Matches(line, name, text) && --left <= 0, seen));
        }

        try
        {
            await seen.Task.WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{name} did not say '{text}' within {patience}. The log:\n{Text}");
        }
    }

    private static bool Matches(string line, string name, string text) =>
        line.StartsWith(name + " ", StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal);

    private void Add(string line)
    {
        lock (_gate)
        {
            _lines.Add(line);
            for (var i = _waiting.Count - 1; i >= 0; i--)
            {
                if (_waiting[i].Matches(line))
                {
                    _waiting[i].Seen.TrySetResult();
                    _waiting.RemoveAt(i);
                }
            }
        }
    }

    private sealed class Provider(TestLog log, string name) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) =>
            categoryName.StartsWith("Dragonfly", StringComparison.Ordinal) ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Add($"{name} {TimeProvider.System.GetUtcNow():mm:ss.fff} {logLevel}: {formatter(state, exception)}{(exception is null ? string.Empty : "\n" + exception)}");

        public void Dispose()
        {
            // The lines stay.
        }
    }
}
