// The operations that every client sends. Relay's compiler reads them here; the others take the text.
const graphql = String.raw;

exports.home = graphql`
  query RepairsHomeQuery($contract: String!, $home: String!) {
    contracts(where: { reference: { eq: $contract } }) { nodes { id name } }
    properties(where: { reference: { eq: $home } }) { nodes { id reference address } }
  }
`;

exports.homes = graphql`
  query RepairsHomesQuery($first: Int!) {
    properties(first: $first) { nodes { reference } }
  }
`;

exports.windows = graphql`
  query RepairsWindowsQuery($search: WindowSearchInput!) {
    availableWindows(search: $search) { windows { day code isAvailable offer } refusal { text } }
  }
`;

exports.hold = graphql`
  mutation RepairsHoldMutation($input: HoldWindowInput!) {
    holdWindow(input: $input) {
      job { id status }
      hold { number }
      errors { __typename ... on Error { message } ... on OfferRefusedError { reason } }
    }
  }
`;

exports.confirm = graphql`
  mutation RepairsConfirmMutation($input: ConfirmHoldInput!) {
    confirmHold(input: $input) {
      job { id status }
      promise { window }
      errors { __typename ... on Error { message } ... on HoldRefusedError { reason } }
    }
  }
`;

exports.log = graphql`
  mutation RepairsLogMutation($input: LogJobInput!) {
    logJob(input: $input) { job { id } errors { __typename ... on Error { message } } }
  }
`;

exports.changes = graphql`
  subscription RepairsChangesSubscription($after: String) {
    jobChanged(after: $after) { sequence event resync job { id status } }
  }
`;
