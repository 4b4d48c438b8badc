// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Dragonfly.Protocol.Validation;

/// <summary>Rules of fields that are messages: presence, the range of durations, and the rules of what is inside.</summary>
internal static class NestedRules
{
    public static Func<T, string?>? For<T, TValue>(FieldDescriptor field, FieldRules rules)
        where TValue : class
    {
        var required = rules.Has("message.required") || rules.Has("timestamp.required") || rules.Has("duration.required");
        var inside = Inside<TValue>(field, rules);
        if (!required && inside is null)
        {
            return null;
        }

        var get = RuleCompiler.Getter<T, TValue?>(field);
        var missing = required ? $"{field.Name}: must be set" : null;
        return message => get(message) is { } value ? inside?.Invoke(value) : missing;
    }

    /// <summary>The check of a message below a field; null when there is nothing to check.</summary>
    public static Func<TValue, string?>? Inside<TValue>(FieldDescriptor field, FieldRules rules)
    {
        if (typeof(TValue) == typeof(Duration))
        {
            return (Func<TValue, string?>?)(object?)Range(field, rules);
        }

        if (field.MessageType.File.Package.StartsWith("google.", StringComparison.Ordinal))
        {
            return null;
        }

        return (Func<TValue, string?>)(object)typeof(NestedRules)
            .GetMethod(nameof(Prefixed))!
            .MakeGenericMethod(typeof(TValue))
            .Invoke(null, [field.Name])!;
    }

    /// <summary>The rules of a message type, their violations named from the outer field on.</summary>
    public static Func<TValue, string?> Prefixed<TValue>(string name)
        where TValue : class, IMessage<TValue>, new() =>
        value => MessageRules<TValue>.FindViolation(value) is { } violation ? $"{name}.{violation}" : null;

    private static Func<Duration, string?>? Range(FieldDescriptor field, FieldRules rules)
    {
        var least = rules.Number<long>("duration.gte.seconds");
        var most = rules.Number<long>("duration.lte.seconds");
        if (least is null && most is null)
        {
            return null;
        }

        var violation = $"{field.Name}: must be {least ?? 0} to {most ?? long.MaxValue} seconds";
        return value => value.Seconds < least || value.Seconds > most || (value.Seconds == most && value.Nanos > 0)
            ? violation
            : null;
    }
}
