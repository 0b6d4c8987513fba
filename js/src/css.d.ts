/** A stylesheet, as the bundler hands it over: its minified text. */
declare module "*.css" {
  const text: string;
  export default text;
}
