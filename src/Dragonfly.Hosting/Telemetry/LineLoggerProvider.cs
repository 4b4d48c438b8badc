// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Logging;

namespace Dragonfly.Hosting.Telemetry;

/// <summary>Makes loggers that write one line an event. Thread safe.</summary>
/// <param name="sink">Takes the lines; disposed with the provider.</param>
/// <param name="time">The clock of the lines.</param>
internal sealed class LineLoggerProvider(ILineSink sink, TimeProvider time) : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider? _scopes;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new LineLogger(ShortName(categoryName), this);

    /// <inheritdoc/>
    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <inheritdoc/>
    public void Dispose() => sink.Dispose();

    // The last part of the type's name is enough to find it: names are unique within a program.
    private static string ShortName(string category) => category[(category.LastIndexOf('.') + 1)..];

    private sealed class LineLogger(string category, LineLoggerProvider owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull =>
            owner._scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            ArgumentNullException.ThrowIfNull(formatter);
            var line = new LogLine(owner.TimeOfLine(), logLevel, category);
            line.AppendMessage(formatter(state, exception));
            owner._scopes?.ForEachScope(static (scope, line) => line.AppendScope(scope), line);
            line.AppendException(exception);
            owner.Write(line);
        }
    }

    private DateTimeOffset TimeOfLine() => time.GetUtcNow();

    private void Write(LogLine line) => sink.Write(line.ToUtf8());
}
