// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Dragonfly.Hosting.Telemetry;

/// <summary>
/// Former files of a manager or scheduler, as the original's <c>lumberjack</c> names them: <c>core.log</c> becomes
/// <c>core-2026-11-22T03-43-36.123.log</c> when it is set aside. The time is UTC, as in the lines; the original writes local time there and reads it
/// back as UTC, which shifts its ages by hours.
/// </summary>
/// <param name="current">The file that is written.</param>
/// <param name="kept">Former files that are kept; 0 for all.</param>
/// <param name="maxAge">How long they are kept after they were set aside; zero for ever.</param>
/// <param name="time">The clock of names and ages.</param>
internal sealed class DatedLogFiles(string current, int kept, TimeSpan maxAge, TimeProvider time) : IOldLogFiles
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH-mm-ss.fff";

    private readonly string _folder = Path.GetDirectoryName(current)!;
    private readonly string _prefix = Path.GetFileNameWithoutExtension(current) + "-";
    private readonly string _ending = Path.GetExtension(current);
    private DateTimeOffset _last;

    /// <inheritdoc/>
    public string Current { get; } = current;

    /// <inheritdoc/>
    public void SetAside()
    {
        if (!File.Exists(Current))
        {
            return;
        }

        // Two files may fill within one millisecond, and a clock may be set back: the later file still gets the later name, and overwrites nothing.
        var now = time.GetUtcNow();
        for (var when = now > _last ? now : _last.AddMilliseconds(1); ; when = when.AddMilliseconds(1))
        {
            var to = Path.Combine(_folder, $"{_prefix}{when.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}{_ending}");
            if (!File.Exists(to))
            {
                File.Move(Current, to);
                _last = when;
                return;
            }
        }
    }

    /// <inheritdoc/>
    public void RemoveOld()
    {
        if (kept == 0 && maxAge == TimeSpan.Zero)
        {
            return;
        }

        var former = Directory.EnumerateFiles(_folder, $"{_prefix}*{_ending}")
            .Select(path => (Path: path, When: TimeOf(Path.GetFileName(path.AsSpan()))))
            .Where(file => file.When is not null)
            .OrderBy(file => file.When)
            .ToList();
        var tooMany = kept == 0 ? 0 : former.Count - kept;
        var oldest = maxAge == TimeSpan.Zero ? DateTimeOffset.MinValue : time.GetUtcNow() - maxAge;
        for (var i = 0; i < former.Count && (i < tooMany || former[i].When < oldest); i++)
        {
            File.Delete(former[i].Path);
        }
    }

    // Whatever else has our beginning and ending was not made by us and is left alone.
    private DateTimeOffset? TimeOf(ReadOnlySpan<char> name) =>
        DateTimeOffset.TryParseExact(
            name[_prefix.Length..^_ending.Length], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var when) ? when : null;
}
