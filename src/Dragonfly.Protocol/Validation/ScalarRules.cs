// SPDX-License-Identifier: Apache-2.0

using System.Numerics;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Dragonfly.Protocol.Validation;

/// <summary>Rules of numbers, enums and bytes.</summary>
internal static class ScalarRules
{
    public static Func<T, string?>? Number<T, TNumber>(FieldDescriptor field, FieldRules rules)
        where TNumber : struct, INumber<TNumber>
    {
        var type = field.FieldType switch
        {
            FieldType.Int32 => "int32",
            FieldType.Int64 => "int64",
            FieldType.UInt32 => "uint32",
            FieldType.UInt64 => "uint64",
            FieldType.Double => "double",
            FieldType.Float => "float",
            _ => throw new NotSupportedException($"Rules of {field.FullName} are not known."),
        };
        var least = rules.Number<TNumber>(type + ".gte");
        var most = rules.Number<TNumber>(type + ".lte");
        var below = rules.Number<TNumber>(type + ".lt");
        var zeroPasses = rules.Has(type + ".ignore_empty");
        var get = RuleCompiler.Getter<T, TNumber>(field);
        var violation = $"{field.Name}: must be {Range(least, most, below)}";
        return message =>
        {
            var value = get(message);
            return (least is { } low && value < low) || (most is { } high && value > high) || (below is { } limit && value >= limit)
                ? zeroPasses && value == TNumber.Zero ? null : violation
                : null;
        };
    }

    public static Func<T, string?>? Enum<T, TEnum>(FieldDescriptor field, FieldRules rules)
        where TEnum : struct, Enum
    {
        if (!rules.Has("enum.defined_only"))
        {
            return null;
        }

        var get = RuleCompiler.Getter<T, TEnum>(field);
        var violation = $"{field.Name}: is not a value of {field.EnumType.FullName}";
        return message => System.Enum.IsDefined(get(message)) ? null : violation;
    }

    public static Func<T, string?> Bytes<T>(Func<T, ByteString> get, FieldDescriptor field, FieldRules rules)
    {
        var exact = rules.Number<int>("bytes.len");
        var least = rules.Number<int>("bytes.min_len") ?? 0;
        var emptyPasses = rules.Has("bytes.ignore_empty");
        var violation = $"{field.Name}: must have {(exact is null ? $"at least {least}" : $"{exact}")} byte(s)";
        return message =>
        {
            var length = get(message).Length;
            return (length == 0 && emptyPasses) || ((exact is null || length == exact) && length >= least) ? null : violation;
        };
    }

    private static string Range<TNumber>(TNumber? least, TNumber? most, TNumber? below)
        where TNumber : struct =>
        (least, most, below) switch
        {
            (not null, not null, _) => $"{least} to {most}",
            (not null, _, not null) => $"at least {least} and below {below}",
            (not null, _, _) => $"at least {least}",
            (_, not null, _) => $"at most {most}",
            _ => $"below {below}",
        };
}
