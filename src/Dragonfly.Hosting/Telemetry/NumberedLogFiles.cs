// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Dragonfly.Hosting.Telemetry;

/// <summary>
/// Former files of a daemon, as the original's <c>rolling-file</c> names them: <c>dfdaemon.log</c> becomes <c>dfdaemon.log.1</c>, that one
/// <c>dfdaemon.log.2</c>, and so on up to the number that is kept.
/// </summary>
/// <param name="current">The file that is written.</param>
/// <param name="kept">Former files that are kept, one at least.</param>
internal sealed class NumberedLogFiles(string current, int kept) : IOldLogFiles
{
    private readonly int _kept = Math.Max(1, kept);

    /// <inheritdoc/>
    public string Current { get; } = current;

    /// <inheritdoc/>
    public void SetAside()
    {
        for (var age = _kept; age >= 1; age--)
        {
            var from = PathOf(age - 1);
            if (File.Exists(from))
            {
                File.Move(from, PathOf(age), overwrite: true);
            }
        }
    }

    /// <inheritdoc/>
    public void RemoveOld()
    {
        var beyond = Directory.EnumerateFiles(Path.GetDirectoryName(Current)!)
            .Select(path => (Path: path, Age: AgeOf(path)))
            .Where(file => file.Age > _kept)
            .OrderByDescending(file => file.Age)
            .ToList();
        foreach (var (path, _) in beyond)
        {
            File.Delete(path);
        }
    }

    // 0 for whatever is not one of ours.
    private int AgeOf(string path) =>
        path.StartsWith(Current + ".", StringComparison.Ordinal)
        && int.TryParse(path.AsSpan(Current.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var age) ? age : 0;

    private string PathOf(int age) => age == 0 ? Current : string.Create(CultureInfo.InvariantCulture, $"{Current}.{age}");
}
