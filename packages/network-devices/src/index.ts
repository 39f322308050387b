export { addressScope, type AddressScope } from "./address-scope.ts";
