using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Validation;

/// <summary>Knows, at each step of a walk through a document, which types of the schema belong to the current node.</summary>
sealed class TypeInfo(Schema schema)
{
    readonly Stack<GraphQLType?> types = new();
    readonly Stack<NamedType?> parentTypes = new();
    readonly Stack<GraphQLType?> inputTypes = new();
    readonly Stack<FieldDefinition?> fields = new();
    readonly Stack<InputValue?> inputPositions = new();
    Directive? directive;

    public GraphQLType? Type => types.TryPeek(out var type) ? type : null;

    public NamedType? ParentType => parentTypes.TryPeek(out var type) ? type : null;

    public GraphQLType? InputType => inputTypes.TryPeek(out var type) ? type : null;

    public GraphQLType? ParentInputType => inputTypes.Count > 1 ? inputTypes.Skip(1).First() : null;

    public FieldDefinition? Field => fields.TryPeek(out var current) ? current : null;

    public InputValue? Argument { get; private set; }

    /// <summary>The argument or input field whose default stands in for a missing variable.</summary>
    public bool PositionHasDefault => inputPositions.TryPeek(out var position) && position is { HasDefault: true };

    public void Enter(Node node)
    {
        switch (node)
        {
            case SelectionSetNode:
                parentTypes.Push(Type?.NamedType is { IsComposite: true } composite ? composite : null);
                break;
            case FieldNode field:
                var definition = ParentType is { } parent ? schema.FindField(parent, field.Name.Value) : null;
                fields.Push(definition);
                types.Push(definition?.Type is { IsOutput: true } output ? output : null);
                break;
            case DirectiveNode applied:
                directive = schema.Directives.Find(applied.Name.Value);
                break;
            case OperationDefinitionNode operation:
                types.Push(schema.FindRoot(operation.Operation));
                break;
            case InlineFragmentNode inline:
                types.Push(Output(inline.TypeCondition is { } condition ? schema.Resolve(condition) : Type?.NamedType));
                break;
            case FragmentDefinitionNode fragment:
                types.Push(Output(schema.Resolve(fragment.TypeCondition)));
                break;
            case VariableDefinitionNode variable:
                inputTypes.Push(Input(schema.Resolve(variable.Type)));
                break;
            case ArgumentNode or ListValueNode or ObjectFieldNode:
                EnterInput(node);
                break;
        }
    }

    static GraphQLType? Output(GraphQLType? type) => type is { IsOutput: true } ? type : null;

    static GraphQLType? Input(GraphQLType? type) => type is { IsInput: true } ? type : null;

    void EnterInput(Node node)
    {
        switch (node)
        {
            case ArgumentNode argument:
                Argument = directive is not null ? directive.Arguments.Find(argument.Name.Value)
                    : Field?.Arguments.Find(argument.Name.Value);
                inputPositions.Push(Argument);
                inputTypes.Push(Input(Argument?.Type));
                break;
            case ListValueNode:
                var list = InputType?.NullableType;
                inputPositions.Push(null);
                inputTypes.Push(Input(list is ListType { OfType: var item } ? item : list));
                break;
            case ObjectFieldNode field:
                var inputField = (InputType?.NamedType as InputObjectType)?.Fields.Find(field.Name.Value);
                inputPositions.Push(inputField);
                inputTypes.Push(Input(inputField?.Type));
                break;
        }
    }

    public void Leave(Node node)
    {
        switch (node)
        {
            case SelectionSetNode:
                parentTypes.Pop();
                break;
            case FieldNode:
                fields.Pop();
                types.Pop();
                break;
            case DirectiveNode:
                directive = null;
                break;
            case OperationDefinitionNode or InlineFragmentNode or FragmentDefinitionNode:
                types.Pop();
                break;
            case VariableDefinitionNode:
                inputTypes.Pop();
                break;
            case ArgumentNode:
                Argument = null;
                inputPositions.Pop();
                inputTypes.Pop();
                break;
            case ListValueNode or ObjectFieldNode:
                inputPositions.Pop();
                inputTypes.Pop();
                break;
        }
    }
}
