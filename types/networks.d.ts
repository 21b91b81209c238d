/**
 * Lists of networks that lie beside policies, as policies import them: `import partners from './partners.txt'`. A list has a
 * network on each line, in the first column of a table (.csv), or as JSON (`.networks.json`, an array of texts).
 */
declare module '*.txt' {
  const networks: import('dnsteer').NetworkList;
  // biome-ignore lint/style/noDefaultExport: a list has no names
  export default networks;
}

declare module '*.csv' {
  const networks: import('dnsteer').NetworkList;
  // biome-ignore lint/style/noDefaultExport: a list has no names
  export default networks;
}
