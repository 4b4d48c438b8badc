// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Hosting.Telemetry;

/// <summary>
/// One event as one line: <c>2026-11-22T03:43:36.123Z INFO TaskDownload piece taken from parent task=8f3a… peer=…</c>. Line feeds inside are written
/// as spaces or <c> | </c>, so that no message can forge another event. Used by one thread.
/// </summary>
internal sealed class LogLine
{
    private readonly StringBuilder _text = new(256);

    /// <summary>Begins a line.</summary>
    /// <param name="time">When it happened.</param>
    /// <param name="level">How grave it is.</param>
    /// <param name="category">Who says it.</param>
    public LogLine(DateTimeOffset time, LogLevel level, string category)
    {
        _text.Append(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture))
            .Append(' ').Append(NameOf(level)).Append(' ').Append(category).Append(' ');
    }

    /// <summary>Adds the message.</summary>
    /// <param name="message">The message.</param>
    public void AppendMessage(string message) => AppendPlain(message);

    /// <summary>Adds a scope: pairs as <c>key=value</c>, anything else as its text.</summary>
    /// <param name="scope">The scope.</param>
    public void AppendScope(object? scope)
    {
        if (scope is not IEnumerable<KeyValuePair<string, object?>> pairs)
        {
            if (scope is not null and not IEnumerable or string)
            {
                _text.Append(' ');
                AppendPlain(scope.ToString() ?? "");
            }

            return;
        }

        foreach (var (key, value) in pairs)
        {
            if (key != "{OriginalFormat}")
            {
                _text.Append(' ').Append(key).Append('=');
                AppendPlain(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
            }
        }
    }

    /// <summary>Adds an exception with its stack, on the same line.</summary>
    /// <param name="exception">The exception, or null.</param>
    public void AppendException(Exception? exception)
    {
        if (exception is not null)
        {
            _text.Append(" exception: ");
            AppendPlain(exception.ToString().Replace(Environment.NewLine, " | ", StringComparison.Ordinal));
        }
    }

    /// <summary>The whole line with its line feed.</summary>
    /// <returns>UTF-8.</returns>
    public byte[] ToUtf8() => Encoding.UTF8.GetBytes(_text.Append('\n').ToString());

    private void AppendPlain(string text)
    {
        foreach (var letter in text)
        {
            _text.Append(char.IsControl(letter) ? ' ' : letter);
        }
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "TRACE",
        LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARN",
        LogLevel.Error => "ERROR",
        _ => "FATAL",
    };
}
