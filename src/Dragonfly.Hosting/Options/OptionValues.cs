// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Dragonfly.Core.Units;

namespace Dragonfly.Hosting.Options;

/// <summary>Turns text into values and back.</summary>
internal static class OptionValues
{
    // A rule of a user must not stall a request; the same limit is used when matching.
    private static readonly TimeSpan RegexTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Parses a value.</summary>
    /// <param name="type">The type wanted.</param>
    /// <param name="text">The text.</param>
    /// <param name="value">The value.</param>
    /// <returns>Null on success, else what is expected.</returns>
    public static string? Parse(Type type, string text, out object? value)
    {
        value = null;
        if (type == typeof(string))
        {
            value = text;
            return null;
        }

        if (type.IsEnum)
        {
            return ParseEnum(type, text, out value);
        }

        if (IntegerRange(type) is { } range)
        {
            return ParseInteger(type, range, text, out value);
        }

        value = type switch
        {
            _ when type == typeof(bool) => text switch { "true" or "True" or "TRUE" => true, "false" or "False" or "FALSE" => false, _ => null },
            _ when type == typeof(double) => double.TryParse(text, CultureInfo.InvariantCulture, out var real) ? real : null,
            _ when type == typeof(TimeSpan) => HumanDuration.TryParse(text, out var duration) ? duration : null,
            _ when type == typeof(ByteSize) => ByteSize.TryParse(text, out var size) ? size : null,
            _ when type == typeof(IPAddress) => IPAddress.TryParse(text, out var address) ? address : null,
            _ when type == typeof(IPEndPoint) => IPEndPoint.TryParse(text, out var endPoint) ? endPoint : null,
            _ when type == typeof(Uri) => Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : null,
            _ when type == typeof(Regex) => TryRegex(text),
            _ => throw new NotSupportedException($"Options cannot hold {type}."),
        };
        return value is null ? Expected(type) : null;
    }

    /// <summary>What a value of a type looks like, for messages and the reference.</summary>
    /// <param name="type">The type.</param>
    /// <returns>Such as "a duration (500ms, 30s, 2h)".</returns>
    public static string Expected(Type type) => type switch
    {
        _ when type.IsEnum => "one of " + string.Join(", ", Enum.GetNames(type).Select(EnumText)),
        _ when IntegerRange(type) is { } range => range.Max >= int.MaxValue ? "a whole number" : $"a whole number from {range.Min} to {range.Max}",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(TimeSpan) => "a duration (500ms, 30s, 2h)",
        _ when type == typeof(ByteSize) => "a size (512KiB, 4MiB, 50GB)",
        _ when type == typeof(IPAddress) => "an IP address",
        _ when type == typeof(IPEndPoint) => "an IP address and port (127.0.0.1:8080)",
        _ when type == typeof(Uri) => "an address (http://host:port)",
        _ when type == typeof(Regex) => "a regular expression",
        _ => "a text",
    };

    /// <summary>Writes a value as it would be read.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Its text.</returns>
    public static string Text(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        TimeSpan duration => HumanDuration.Format(duration),
        Enum member => EnumText(member.ToString()),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string EnumText(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static string? ParseEnum(Type type, string text, out object? value)
    {
        var name = Enum.GetNames(type).FirstOrDefault(name => name.Equals(text.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));
        value = name is null ? null : Enum.Parse(type, name);
        return name is null ? Expected(type) : null;
    }

    private static string? ParseInteger(Type type, (Int128 Min, Int128 Max) range, string text, out object? value)
    {
        value = null;
        if (!Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || number < range.Min || number > range.Max)
        {
            return Expected(type);
        }

        value = Convert.ChangeType((decimal)number, type, CultureInfo.InvariantCulture);
        return null;
    }

    private static (Int128 Min, Int128 Max)? IntegerRange(Type type) => Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => null,
        TypeCode.Byte => (byte.MinValue, byte.MaxValue),
        TypeCode.UInt16 => (ushort.MinValue, ushort.MaxValue),
        TypeCode.Int32 => (int.MinValue, int.MaxValue),
        TypeCode.UInt32 => (uint.MinValue, uint.MaxValue),
        TypeCode.Int64 => (long.MinValue, long.MaxValue),
        TypeCode.UInt64 => (ulong.MinValue, ulong.MaxValue),
        _ => null,
    };

    private static Regex? TryRegex(string text)
    {
        try
        {
            return new Regex(text, RegexOptions.CultureInvariant, RegexTimeout);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
